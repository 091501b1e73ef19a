/** A backup sent in pieces, put in place by the server. */
import type { components } from "./schema";
import type { Server } from "./server";

export type Restore = components["schemas"]["Restore"];

const PIECE = 512 * 1024;

export const fetchRestore = (server: Server): Promise<Restore> => server.answer(server.http.GET("/api/restore"));

export const discardRestore = (server: Server): Promise<unknown> => server.answer(server.http.DELETE("/api/restore"));

export const beginRestore = (server: Server, passphrase: string | null): Promise<Restore> =>
  server.answer(server.http.POST("/api/restore/begin", { body: { passphrase } }));

/** Send all of it; `told` hears how far it is. */
export async function sendBackup(server: Server, file: Blob, told: (restore: Restore) => void): Promise<Restore> {
  let restore = await server.answer(server.http.POST("/api/restore", { body: { size_bytes: file.size } }));
  while (restore.stage === "receiving") {
    told(restore);
    const offset = restore.received_bytes;
    const data = base64(new Uint8Array(await file.slice(offset, offset + PIECE).arrayBuffer()));
    restore = await server.answer(server.http.PUT("/api/restore/data", { body: { offset, data } }));
  }
  return restore;
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  // One call for all of them would have more arguments than an engine takes.
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}
