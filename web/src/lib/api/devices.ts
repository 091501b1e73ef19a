/** All calls about devices: onboarding, approval, raw OCPP actions and the message log. */
import type { components } from "./schema";
import type { Server } from "./server";
import type { Approval, Device, NewDevice, OcppAccess, OcppMessage } from "./types";

/** A payload for the server to check against the action's own schema; the document cannot say more of it. */
type Payload = components["schemas"]["Call"]["payload"];

const at = (id: string) => ({ params: { path: { id } } });

export type OcppCatalogue = components["schemas"]["Actions"];

export const addDevice = (server: Server, body: NewDevice): Promise<{ device: Device; ocpp: OcppAccess }> =>
  server.answer(server.http.POST("/api/devices", { body }));

export const approveDevice = (server: Server, id: string, body: Approval): Promise<Device> =>
  server.answer(server.http.POST("/api/devices/{id}/approve", { ...at(id), body }));

export const fetchDevice = (server: Server, id: string): Promise<Device> =>
  server.answer(server.http.GET("/api/devices/{id}", at(id)));

export const removeDevice = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/devices/{id}", at(id)));

export const renewPassword = async (server: Server, id: string): Promise<string> =>
  (await server.answer(server.http.POST("/api/devices/{id}/password", { ...at(id), body: {} }))).password;

export const fetchCatalogue = (server: Server, id: string): Promise<OcppCatalogue> =>
  server.answer(server.http.GET("/api/devices/{id}/ocpp", at(id)));

export const callDevice = async (server: Server, id: string, action: string, payload: unknown): Promise<unknown> =>
  (
    await server.answer(
      server.http.POST("/api/devices/{id}/ocpp", { ...at(id), body: { action, payload: payload as Payload } }),
    )
  ).result;

export async function fetchMessages(
  server: Server,
  id: string,
  query: { from?: string; action?: string; limit?: number },
): Promise<OcppMessage[]> {
  const answer = await server.answer(
    server.http.GET("/api/devices/{id}/messages", { params: { path: { id }, query } }),
  );
  return answer.items;
}
