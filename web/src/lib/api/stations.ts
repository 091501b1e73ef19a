/** All calls about stations as places: their names, their clocks, and which of them is the default. */
import type { Server } from "./server";
import type { NewStation, Station, StationChanges } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

/** Its id is made from its name. */
export const addStation = (server: Server, body: Omit<NewStation, "id">): Promise<Station> =>
  server.answer(server.http.POST("/api/stations", { body: { ...body, id: null } }));

export const changeStation = (server: Server, id: string, body: StationChanges): Promise<Station> =>
  server.answer(server.http.PATCH("/api/stations/{id}", { ...at(id), body }));

export const removeStation = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/stations/{id}", at(id)));
