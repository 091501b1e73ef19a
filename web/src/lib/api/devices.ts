/** All calls about devices: finding, adding, approval, settings, replacement, raw OCPP actions and the message log. */
import type { components } from "./schema";
import type { Server } from "./server";
import type { Approval, Device, DiscoveredDevice, NewDevice, OcppAccess, OcppMessage } from "./types";

/** A payload for the server to check against the action's own schema; the document cannot say more of it. */
type Payload = components["schemas"]["Call"]["payload"];

const at = (id: string) => ({ params: { path: { id } } });

export type OcppCatalogue = components["schemas"]["Actions"];

export type Place = components["schemas"]["Probe"];
export type DeviceChanges = components["schemas"]["DeviceChanges"];
export type SettingsChanges = components["schemas"]["SettingsChanges"];
export type BalancingChanges = components["schemas"]["BalancingChanges"];
export type Replacement = components["schemas"]["Replacement"];

/** What has been found on the network so far; the server searches on as long as somebody keeps asking. */
export const discoverDevices = (server: Server): Promise<{ searching: boolean; items: DiscoveredDevice[] }> =>
  server.answer(server.http.GET("/api/devices/discovered"));

export const probeDevice = (server: Server, body: Place): Promise<DiscoveredDevice> =>
  server.answer(server.http.POST("/api/devices/probe", { body }));

/** A device over OCPP comes with the access to enter in it; one that is asked has none. */
export const addDevice = (
  server: Server,
  body: Partial<NewDevice>,
): Promise<{ device: Device; ocpp: OcppAccess | null }> =>
  server.answer(server.http.POST("/api/devices", { body: body as NewDevice }));

export const changeDevice = (server: Server, id: string, body: DeviceChanges): Promise<Device> =>
  server.answer(server.http.PATCH("/api/devices/{id}", { ...at(id), body }));

export const changeSettings = (server: Server, id: string, body: SettingsChanges): Promise<Device> =>
  server.answer(server.http.PATCH("/api/devices/{id}/settings", { ...at(id), body }));

export const changeBalancing = (server: Server, id: string, body: BalancingChanges): Promise<Device> =>
  server.answer(server.http.PATCH("/api/devices/{id}/load-balancing", { ...at(id), body }));

export const replaceDevice = (server: Server, id: string, body: Partial<Replacement>): Promise<Device> =>
  server.answer(server.http.POST("/api/devices/{id}/replace", { ...at(id), body: body as Replacement }));

/** Restart it; one that charges waits for the end of its session. */
export const resetDevice = (server: Server, id: string): Promise<Device> =>
  server.answer(server.http.POST("/api/devices/{id}/reset", { ...at(id), body: {} }));

/** Where the browser downloads everything that helps somebody to help. */
export const diagnosticsHref = (id: string): string => `/api/devices/${encodeURIComponent(id)}/diagnostics`;

export const approveDevice = (server: Server, id: string, body: Approval): Promise<Device> =>
  server.answer(server.http.POST("/api/devices/{id}/approve", { ...at(id), body }));

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
