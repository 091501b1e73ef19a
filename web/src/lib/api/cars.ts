/** All calls about the cars that sessions are put down to. */
import type { Server } from "./server";
import type { Car, CarChanges, NewCar } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const listCars = async (server: Server): Promise<Car[]> =>
  (await server.answer(server.http.GET("/api/cars"))).items;

export const addCar = (server: Server, body: NewCar): Promise<Car> =>
  server.answer(server.http.POST("/api/cars", { body }));

export const changeCar = (server: Server, id: string, body: CarChanges): Promise<Car> =>
  server.answer(server.http.PATCH("/api/cars/{id}", { ...at(id), body }));

export const removeCar = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/cars/{id}", at(id)));
