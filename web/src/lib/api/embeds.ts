/** All calls about embedded cards: those that an owner makes, and the one that a card itself makes. */
import type { components } from "./schema";
import type { Server } from "./server";

export type Embed = components["schemas"]["Embed"];
export type CreatedEmbed = components["schemas"]["CreatedEmbed"];
export type NewEmbed = components["schemas"]["NewEmbed"];

const at = (id: string) => ({ params: { path: { id } } });

export const listEmbeds = async (server: Server, charger: string): Promise<Embed[]> =>
  (await server.answer(server.http.GET("/api/chargers/{id}/embeds", at(charger)))).items;

export const createEmbed = (server: Server, charger: string, wish: NewEmbed): Promise<CreatedEmbed> =>
  server.answer(server.http.POST("/api/chargers/{id}/embeds", { ...at(charger), body: wish }));

export const revokeEmbed = (server: Server, id: string): Promise<undefined> =>
  server.answer(server.http.DELETE("/api/embeds/{id}", at(id)));

/** The stream of what a card shows; its key goes as a header, and with it no cookie. */
export async function followEmbed(
  server: Server,
  key: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const call = server.http.GET("/api/embed", {
    headers: { Authorization: `Bearer ${key}` },
    credentials: "omit",
    cache: "no-store",
    parseAs: "stream",
    signal,
  });
  return (await server.answer(call)) as ReadableStream<Uint8Array>;
}
