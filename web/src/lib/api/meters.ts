/** All calls about the meters that the server asks, about panels, and about what is expected of them; readings come with the stream. */
import type { Server } from "./server";
import type { Forecast, MeterDraft, MeterSettings, MeterTest, MeterWish, Solar, SolarSettings } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const fetchMeters = async (server: Server, station: string): Promise<MeterSettings[]> =>
  (await server.answer(server.http.GET("/api/stations/{id}/meters", at(station)))).items;

/** What it reads now; nothing is kept. */
export const tryMeter = (server: Server, station: string, body: MeterDraft): Promise<MeterTest> =>
  server.answer(server.http.POST("/api/stations/{id}/meters/test", { ...at(station), body }));

export const tryChanges = (server: Server, meter: string, body: MeterWish): Promise<MeterTest> =>
  server.answer(server.http.POST("/api/meters/{id}/test", { ...at(meter), body }));

export const addMeter = (server: Server, station: string, body: MeterDraft): Promise<MeterSettings> =>
  server.answer(server.http.POST("/api/stations/{id}/meters", { ...at(station), body }));

export const changeMeter = (server: Server, meter: string, body: MeterWish): Promise<MeterSettings> =>
  server.answer(server.http.PATCH("/api/meters/{id}", { ...at(meter), body }));

export const removeMeter = (server: Server, meter: string): Promise<unknown> =>
  server.answer(server.http.DELETE("/api/meters/{id}", at(meter)));

export const fetchSolar = (server: Server, station: string): Promise<Solar> =>
  server.answer(server.http.GET("/api/stations/{id}/solar", at(station)));

export const setSolar = (server: Server, station: string, body: SolarSettings): Promise<Solar> =>
  server.answer(server.http.PUT("/api/stations/{id}/solar", { ...at(station), body }));

export const removeSolar = (server: Server, station: string): Promise<unknown> =>
  server.answer(server.http.DELETE("/api/stations/{id}/solar", at(station)));

export const fetchForecast = (server: Server, station: string): Promise<Forecast> =>
  server.answer(server.http.GET("/api/stations/{id}/forecast", at(station)));
