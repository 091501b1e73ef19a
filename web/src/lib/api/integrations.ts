/** How the server is tied to other systems. */
import type { components } from "./schema";
import type { Server } from "./server";

export type Integrations = components["schemas"]["Integrations"];

export const integrations = (server: Server): Promise<Integrations> =>
  server.answer(server.http.GET("/api/integrations"));

/** Everything in one file, with the name that the server gives it. */
export async function makeBackup(server: Server, passphrase: string | null): Promise<{ file: Blob; name: string }> {
  const call = server.http.POST("/api/backup", { body: { passphrase }, parseAs: "blob" });
  const file: Blob = await server.answer(call);
  const name = /filename="([^"]+)"/.exec((await call).response.headers.get("Content-Disposition") ?? "")?.[1];
  return { file, name: name ?? "chargedeck.backup" };
}
