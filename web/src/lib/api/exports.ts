/** Sessions as a file, taken piece by piece so that its way can be shown. */
import { nameOf, type Separator } from "./filenames";
import { problemFrom, ProblemError } from "./problem";
import type { Server } from "./server";
import type { SessionFilter } from "./sessions";

export const FORMATS = ["xlsx", "csv", "json", "pdf"] as const;
export type ExportFormat = (typeof FORMATS)[number];

export interface ExportWish extends SessionFilter {
  format: ExportFormat;
  separator?: Separator;
  /** Of the PDF report. */
  language?: string;
}

export interface ExportWatch {
  signal: AbortSignal;
  /** Bytes so far, and how many sessions the file will have. */
  onprogress: (bytes: number, rows: number | null) => void;
}

export interface ExportedFile {
  name: string;
  content: Blob;
}

const ROWS = "X-Total-Count";

export async function downloadSessions(server: Server, wish: ExportWish, watch: ExportWatch): Promise<ExportedFile> {
  const call = server.http.GET("/api/sessions/export", {
    params: { query: wish as never },
    parseAs: "stream",
    signal: watch.signal,
  });
  const { response, error } = await call;
  if (!response.ok) throw problemFrom(response, error);
  const rows = response.headers.has(ROWS) ? Number(response.headers.get(ROWS)) : null;
  const type = response.headers.get("Content-Type") ?? "application/octet-stream";
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) throw new ProblemError(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value as Uint8Array<ArrayBuffer>);
    bytes += value.byteLength;
    watch.onprogress(bytes, rows);
  }
  return {
    name: nameOf(response.headers.get("Content-Disposition"), `sessions.${wish.format}`),
    content: new Blob(pieces, { type }),
  };
}
