/** All calls about a station's energy management: its mode, and by which settings it balances; what flows comes with the stream. */
import type { Server } from "./server";
import type { Balancing, BalancingWish, Mode, Station } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const chooseMode = (server: Server, id: string, mode: Mode): Promise<Station> =>
  server.answer(server.http.PUT("/api/stations/{id}/mode", { ...at(id), body: { mode } }));

export const fetchBalancing = (server: Server, id: string): Promise<Balancing> =>
  server.answer(server.http.GET("/api/stations/{id}/balancing", at(id)));

/** Circuits are replaced as a whole, placements only where they are named. */
export const changeStation = (server: Server, id: string, body: BalancingWish): Promise<Balancing> =>
  server.answer(server.http.PATCH("/api/stations/{id}/balancing", { ...at(id), body }));
