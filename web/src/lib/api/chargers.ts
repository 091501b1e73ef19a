/** All calls about chargers; every command answers when the charger itself has confirmed. */
import type { Server } from "./server";
import type { Charger, ChargerCommand, LimitSpan, Sample } from "./types";

const at = (id: string) => ({ params: { path: { id } } });

export const sendCommand = (server: Server, id: string, command: ChargerCommand): Promise<Charger> =>
  server.answer(server.http.POST(`/api/chargers/{id}/${command}` as const, { ...at(id), body: {} }));

export const resetCharger = (server: Server, id: string, kind: "soft" | "hard"): Promise<Charger> =>
  server.answer(server.http.POST("/api/chargers/{id}/reset", { ...at(id), body: { kind } }));

export const allowCurrent = (server: Server, id: string, current_a: number): Promise<Charger> =>
  server.answer(server.http.PUT("/api/chargers/{id}/allowed-current", { ...at(id), body: { current_a } }));

export const recordInspection = (server: Server, id: string, inspector: string, note: string): Promise<Charger> =>
  server.answer(server.http.POST("/api/chargers/{id}/inspection", { ...at(id), body: { inspector, note } }));

export const changeCharger = (
  server: Server,
  id: string,
  body: Partial<
    Pick<Charger, "name" | "station_id" | "plug_and_charge" | "locked" | "installation_current_a" | "priority">
  >,
): Promise<Charger> => server.answer(server.http.PATCH("/api/chargers/{id}", { ...at(id), body }));

/** Measurements between two instants; the server thins them out to about `points` rows. */
export async function fetchSamples(server: Server, id: string, from: Date, to: Date, points = 300): Promise<Sample[]> {
  const resolution = Math.max(1, Math.round((to.getTime() - from.getTime()) / 1000 / points));
  const query = { from: from.toISOString(), to: to.toISOString(), resolution };
  const answer = await server.answer(
    server.http.GET("/api/chargers/{id}/samples", { params: { path: { id }, query } }),
  );
  return answer.items;
}

/** The limits that were in force between two instants, one after the other. */
export async function fetchLimits(server: Server, id: string, from: Date, to: Date): Promise<LimitSpan[]> {
  const query = { from: from.toISOString(), to: to.toISOString() };
  const answer = await server.answer(server.http.GET("/api/chargers/{id}/limits", { params: { path: { id }, query } }));
  return answer.items;
}
