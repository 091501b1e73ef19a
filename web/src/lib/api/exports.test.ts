import { expect, test } from "vitest";
import { downloadSessions, type ExportWish } from "./exports";
import { Server } from "./server";
import type { ExportUnderWay } from "./types";

const WISH: ExportWish = { format: "csv" };

/** A server whose file comes once its progress has been asked for so often. */
function serverThatTells(progress: readonly ExportUnderWay[][]): { server: Server; asked: () => number } {
  let asked = 0;
  let name = "";
  let come: (response: Response) => void;
  const file = new Promise<Response>((resolve) => (come = resolve));
  const server = new Server("http://server", (input) => {
    const request = input as Request;
    const url = new URL(request.url);
    if (url.pathname === "/api/sessions/export") {
      name = url.searchParams.get("watch") ?? "";
      const gone = new Promise<Response>((_, reject) =>
        request.signal.addEventListener("abort", () => reject(new Error("gone"))),
      );
      return Promise.race([file, gone]);
    }
    const items = (progress[asked] ?? []).map((one) => ({ ...one, watch: one.watch || name }));
    asked += 1;
    if (asked >= progress.length) {
      come(new Response("a,b\r\n", { headers: { "Content-Disposition": "attachment; filename*=UTF-8''all.csv" } }));
    }
    return Promise.resolve(new Response(JSON.stringify({ items })));
  });
  return { server, asked: () => asked };
}

const own = (rows: number): ExportUnderWay => ({ watch: "", rows, total: 300 });
const another: ExportUnderWay = { watch: "another window's", rows: 7, total: 8 };

test("rows are told as the server tells them, and those of no other file", async () => {
  const { server } = serverThatTells([[], [another], [another, own(100)], [own(300)], []]);
  const told: number[] = [];
  const signal = new AbortController().signal;
  const onprogress = ({ rows, total }: ExportUnderWay): void => void told.push(rows, total);
  const file = await downloadSessions(server, WISH, { signal, onprogress, everyMs: 1 });
  expect(told).toEqual([100, 300, 300, 300]);
  expect([file.name, await file.content.text()]).toEqual(["all.csv", "a,b\r\n"]);
});

test("who stops it gets no file, and nobody is asked any more", async () => {
  const { server, asked } = serverThatTells(Array.from({ length: 10_000 }, () => [own(1)]));
  const stopper = new AbortController();
  const onprogress = (): void => stopper.abort();
  await expect(downloadSessions(server, WISH, { signal: stopper.signal, onprogress, everyMs: 1 })).rejects.toThrow();
  const before = asked();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked()).toBeLessThanOrEqual(before + 1);
});
