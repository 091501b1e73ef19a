import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { charger, station } from "../../testing/resources";
import { LiveStore } from "./stream.svelte";

/** A real server of server-sent events, so that the store is tried against what a browser would get. */
class EventServer {
  readonly asked: string[] = [];
  refuse = false;
  mute = false;
  #reader: ServerResponse | undefined;
  readonly #http = createServer((request, response) => this.#answer(request, response));

  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#http.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/api/events`;
  }

  send(event: string, data: unknown, id = ""): void {
    this.#reader?.write(`event: ${event}\n${id === "" ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }

  drop(): void {
    this.#reader?.destroy();
  }

  close(): void {
    this.#http.closeAllConnections();
    this.#http.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(request.url ?? "");
    if (this.mute) return;
    if (this.refuse) {
      response.writeHead(401).end();
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    this.#reader = response;
    this.send("snapshot", { chargers: [charger({ seq: 1 })], stations: [station()] }, "1");
  }
}

let server: EventServer;
let store: LiveStore;
let schedule: (flush: () => void) => void;
let now = 0;
let delay = 10;
const refused = vi.fn();

beforeEach(async () => {
  server = new EventServer();
  now = 1_000_000;
  delay = 10;
  schedule = (flush) => void setTimeout(flush, 0);
  refused.mockClear();
  store = new LiveStore({
    url: await server.listen(),
    open: (url) => new EventSource(url),
    schedule: (flush) => schedule(flush),
    now: () => now,
    delay: () => delay,
    onRefused: refused,
  });
});

afterEach(() => {
  store.stop();
  server.close();
});

const until = (fact: () => boolean): Promise<boolean> => vi.waitUntil(fact, { timeout: 5_000, interval: 5 });
const power = (): number | null | undefined => store.chargers["garage"]?.power_w;

describe("LiveStore", () => {
  it("knows nothing before the snapshot and everything after it", async () => {
    expect(store.known).toBe(false);
    store.start();
    await until(() => store.known);
    expect(store.link).toEqual({ kind: "live" });
    expect(store.chargers["garage"]?.name).toBe("Garage");
  });

  it("draws its first knowledge at once, and what comes after with the frame that it is given", async () => {
    const frames: (() => void)[] = [];
    schedule = (flush) => void frames.push(flush);
    store.start();
    await until(() => store.known);
    expect(frames).toHaveLength(0);
    server.send("charger", { id: "garage", seq: 2, patch: { name: "Yard" } }, "2");
    await until(() => frames.length === 1);
    expect(store.chargers["garage"]?.name).toBe("Garage");
    frames[0]?.();
    expect(store.chargers["garage"]?.name).toBe("Yard");
  });

  it("applies patches in order", async () => {
    store.start();
    await until(() => store.known);
    server.send("charger", { id: "garage", seq: 2, patch: { power_w: 1 } }, "2");
    server.send("charger", { id: "garage", seq: 3, patch: { power_w: 2 } }, "3");
    await until(() => power() === 2);
  });

  it("takes the answer of a command, and no older patch after it", async () => {
    store.start();
    await until(() => store.known);
    store.adopt(charger({ seq: 9, power_w: 9 }));
    server.send("charger", { id: "garage", seq: 8, patch: { power_w: 8 } });
    server.send("charger", { id: "garage", seq: 10, patch: { locked: true } });
    await until(() => store.chargers["garage"]?.locked === true);
    expect(power()).toBe(9);
  });

  it("says since when the server is lost, keeps the values, and resumes where it was", async () => {
    store.start();
    await until(() => store.known);
    server.send("charger", { id: "garage", seq: 2, patch: { power_w: 5 } }, "17");
    await until(() => power() === 5);
    now += 4_000;
    server.drop();
    await until(() => store.link.kind === "lost");
    expect(store.link).toEqual({ kind: "lost", since: 1_000_000 });
    expect(power()).toBe(5);
    await until(() => store.link.kind === "live");
    expect(server.asked.at(-1)).toContain("last_event_id=17");
  });

  it("asks at once when the page wakes up", async () => {
    delay = 600_000;
    store.start();
    await until(() => store.known);
    server.drop();
    await until(() => store.link.kind === "lost");
    store.wake();
    await until(() => store.link.kind === "live");
  });

  it("asks anew for a stream that was silent while the page slept, and once for all signs of waking", async () => {
    store.start();
    await until(() => store.known);
    store.wake();
    expect(server.asked).toHaveLength(1);
    now += 3_000;
    for (let sign = 0; sign < 3; sign++) store.wake();
    await until(() => server.asked.length === 2);
    expect(store.link.kind).toBe("live");
    store.stop();
    store.wake();
    expect(server.asked).toHaveLength(2);
  });

  it("gives up a connection that does not open", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      server.mute = true;
      store.start();
      await until(() => server.asked.length === 1);
      vi.advanceTimersByTime(4_000);
      expect(store.link.kind).toBe("lost");
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows what was recalled, with its age, until the server tells", async () => {
    store.recall({ chargers: [charger({ name: "Then" })], stations: [station()], devices: [], at: 42 });
    expect(store.chargers["garage"]?.name).toBe("Then");
    expect(store.link).toEqual({ kind: "lost", since: 42 });
    store.start();
    await until(() => store.link.kind === "live");
    await until(() => store.chargers["garage"]?.name === "Garage");
    store.recall({ chargers: [], stations: [], devices: [], at: 43 });
    expect(store.chargers["garage"]?.name).toBe("Garage");
  });

  it("asks for a fresh snapshot when an event cannot be read", async () => {
    store.start();
    await until(() => store.known);
    server.send("charger", { id: 7 }, "5");
    await until(() => server.asked.length === 2);
    expect(server.asked.at(-1)).not.toContain("last_event_id");
  });

  it("reports a refusal, so that the app can find out whether the sign-in has ended", async () => {
    server.refuse = true;
    store.start();
    await until(() => refused.mock.calls.length > 0);
    expect(store.link.kind).toBe("lost");
  });

  it("takes silence for loss only where heartbeats were promised", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      store.start();
      await until(() => store.known);
      now += 60_000;
      vi.advanceTimersByTime(5_000);
      expect(store.link.kind).toBe("live");
      server.send("heartbeat", {});
      await until(() => {
        now += 60_000;
        vi.advanceTimersByTime(5_000);
        return store.link.kind === "lost";
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it("forgets everything when it is stopped", async () => {
    store.start();
    await until(() => store.known);
    store.stop();
    expect(store.known).toBe(false);
    expect(store.chargers).toEqual({});
  });
});
