/** The error guide as the server tells it, in the language asked for. */
import type { Server } from "./server";
import type { GuideEntry } from "./types";

export async function fetchGuide(server: Server, lang: string): Promise<GuideEntry[]> {
  const answer = await server.answer(server.http.GET("/api/errors", { params: { query: { lang } } }));
  return answer.items;
}
