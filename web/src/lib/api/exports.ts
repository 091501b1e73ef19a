/** Sessions as a file; while it comes, the server tells how many of them are in it. */
import { nameOf, type Separator } from "./filenames";
import { problemFrom } from "./problem";
import type { Server } from "./server";
import type { SessionFilter } from "./sessions";
import type { ExportUnderWay } from "./types";

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
  /** How many sessions are in the file, of how many. */
  onprogress: (progress: ExportUnderWay) => void;
  /** How often the server is asked. */
  everyMs?: number;
}

export interface ExportedFile {
  name: string;
  content: Blob;
}

const EVERY_MS = 500;

/** The file as a whole, which the browser takes in by itself: pieces in a script would cost the page twice the memory. */
export async function downloadSessions(server: Server, wish: ExportWish, watch: ExportWatch): Promise<ExportedFile> {
  const name = Math.random().toString(36).slice(2);
  // A proxy may hold even the headers back until something of the file is there, so nobody waits for them.
  const stop = follow(server, name, watch);
  try {
    const { response, error } = await server.http.GET("/api/sessions/export", {
      params: { query: { ...wish, watch: name } as never },
      parseAs: "stream",
      signal: watch.signal,
    });
    if (!response.ok) throw problemFrom(response, error);
    return {
      name: nameOf(response.headers.get("Content-Disposition"), `sessions.${wish.format}`),
      content: await response.blob(),
    };
  } finally {
    stop();
  }
}

/** Ask how far the file of that name is, again and again; answers what ends that. */
function follow(server: Server, name: string, { onprogress, everyMs = EVERY_MS }: ExportWatch): () => void {
  let ended = false;
  const look = async (): Promise<void> => {
    const { items } = await server.answer(server.http.GET("/api/exports"));
    const found = items.find(({ watch }) => watch === name);
    if (found !== undefined && !ended) onprogress(found);
  };
  const again = (): void => {
    timer = setTimeout(() => {
      // Whoever cannot tell now may be able to the next time; the file comes nevertheless.
      void look()
        .catch(() => undefined)
        .finally(() => {
          if (!ended) again();
        });
    }, everyMs);
  };
  let timer: ReturnType<typeof setTimeout>;
  again();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
