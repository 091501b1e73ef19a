import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { followEmbed } from "$lib/api/embeds";
import { Server } from "$lib/api/server";
import { charger } from "../../testing/resources";
import { FetchedSource } from "./fetched-source";
import { LiveStore } from "./stream.svelte";

/** A real server, so that the stream is tried against what a browser would get. */
class Stream {
  readonly keys: (string | undefined)[] = [];
  status = 200;
  #reader: ServerResponse | undefined;
  readonly #http = createServer((request, response) => this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#http.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  write(text: string | Uint8Array): void {
    this.#reader?.write(text);
  }

  tell(power_w: number): void {
    const chargers = [charger({ power_w, name: "Größe" })];
    this.write(`event: snapshot\ndata: ${JSON.stringify({ chargers, stations: [] })}\n\n`);
  }

  drop(): void {
    this.#reader?.destroy();
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.keys.push(request.headers.authorization);
    response.writeHead(this.status, { "Content-Type": "text/event-stream" });
    if (this.status !== 200) return void response.end("{}");
    this.#reader = response;
    this.tell(1_000);
  }
}

let stream: Stream;
let store: LiveStore;
const refused = vi.fn(() => store.stop());

beforeEach(async () => {
  stream = new Stream();
  refused.mockClear();
  const server = new Server(await stream.listen());
  store = new LiveStore({
    url: "",
    open: () => new FetchedSource((signal) => followEmbed(server, "cde_key", signal)),
    schedule: (flush) => queueMicrotask(flush),
    now: Date.now,
    delay: () => 10,
    onRefused: refused,
  });
});

afterEach(() => {
  store.stop();
  stream.close();
});

const shows = (watts: number): Promise<unknown> =>
  vi.waitFor(() => expect(Object.values(store.chargers)[0]?.power_w).toBe(watts), { timeout: 5_000 });

it("shows the key as a header and follows what is told", async () => {
  store.start();
  await shows(1_000);
  expect(stream.keys).toEqual(["Bearer cde_key"]);
  expect(store.link.kind).toBe("live");
  stream.tell(2_000);
  await shows(2_000);
});

it("reads an event that comes in pieces, also where a letter is cut", async () => {
  store.start();
  await shows(1_000);
  const chargers = [charger({ power_w: 3_000, name: "ß" })];
  const bytes = new TextEncoder().encode(
    `event: snapshot\ndata: ${JSON.stringify({ chargers, stations: [] })}\n\nevent: heartbeat\ndata: {}\n\n`,
  );
  const cut = bytes.indexOf(0xc3) + 1;
  stream.write(bytes.slice(0, cut));
  await new Promise((done) => setTimeout(done, 30));
  stream.write(bytes.slice(cut));
  await shows(3_000);
  expect(Object.values(store.chargers)[0]?.name).toBe("ß");
});

it("says that the connection is lost and comes back by itself", async () => {
  store.start();
  await shows(1_000);
  stream.status = 503;
  stream.drop();
  await vi.waitFor(() => expect(store.link.kind).toBe("lost"), { timeout: 5_000 });
  await vi.waitFor(() => expect(stream.keys.length).toBeGreaterThan(2), { timeout: 5_000 });
  expect(refused).not.toHaveBeenCalled();
  stream.status = 200;
  await vi.waitFor(() => expect(store.link.kind).toBe("live"), { timeout: 5_000 });
});

it("asks no more once the key is refused", async () => {
  stream.status = 401;
  store.start();
  await vi.waitFor(() => expect(refused).toHaveBeenCalledOnce(), { timeout: 5_000 });
  await new Promise((done) => setTimeout(done, 100));
  expect(stream.keys).toHaveLength(1);
});
