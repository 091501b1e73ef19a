import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowCurrent, fetchSamples } from "./chargers";
import { ProblemError } from "./problem";
import { Server } from "./server";

interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let asked: Asked[] = [];
let page: string | null = null;
let answer: { status: number; headers?: Record<string, string>; body: unknown } = { status: 200, body: {} };

const http = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    asked.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
    response.end(answer.status === 204 ? undefined : (page ?? JSON.stringify(answer.body)));
  });
});
let server: Server;

beforeEach(async () => {
  asked = [];
  page = null;
  answer = { status: 200, body: {} };
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  server = new Server(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});

afterEach(() => {
  http.closeAllConnections();
  http.close();
});

describe("Server", () => {
  it("proves where a change comes from, and only a change", async () => {
    server.csrfToken = "token";
    await allowCurrent(server, "two/one", 13);
    answer.body = { items: [] };
    await fetchSamples(server, "garage", new Date(0), new Date(900_000));
    expect(asked[0]).toMatchObject({
      method: "PUT",
      url: "/api/chargers/two%2Fone/allowed-current",
      body: '{"current_a":13}',
    });
    expect(asked[0]?.headers["x-csrf-token"]).toBe("token");
    expect(asked[1]?.url).toContain("resolution=3");
    expect(asked[1]?.headers["x-csrf-token"]).toBeUndefined();
  });

  it("turns a problem document into a problem with its sentence", async () => {
    answer = { status: 422, body: { code: "out_of_range", detail: "6 to 32 A." } };
    await expect(allowCurrent(server, "a", 99)).rejects.toMatchObject({
      status: 422,
      code: "out_of_range",
      detail: "6 to 32 A.",
    });
  });

  it("reads how long to wait", async () => {
    answer = { status: 429, headers: { "Retry-After": "30" }, body: { code: "locked_out" } };
    await expect(allowCurrent(server, "a", 9)).rejects.toMatchObject({ retryAfter: 30 });
  });

  it.each([
    [401, "unauthenticated", 1],
    [401, "bad_credentials", 0],
    [403, "forbidden", 0],
  ])("a %i %s tells the account %i times", async (status, code, times) => {
    let told = 0;
    server.onUnauthenticated = () => (told += 1);
    answer = { status, body: { code } };
    await expect(allowCurrent(server, "a", 9)).rejects.toBeInstanceOf(ProblemError);
    expect(told).toBe(times);
  });

  it("takes no page of a gateway for an answer", async () => {
    answer = { status: 200, body: {} };
    page = "<h1>Please sign in to the hotel's network</h1>";
    await expect(allowCurrent(server, "a", 9)).rejects.toThrow(SyntaxError);
    answer = { status: 502, body: {} };
    await expect(allowCurrent(server, "a", 9)).rejects.toMatchObject({ status: 502, code: "http_502" });
  });

  it("calls a server that does not answer unreachable", async () => {
    http.close();
    http.closeAllConnections();
    await expect(allowCurrent(server, "a", 9)).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });

  it("learns the server's clock from the date of an answer", async () => {
    const offsets: number[] = [];
    server.onClock = (offset) => offsets.push(offset);
    answer.headers = { Date: new Date(Date.now() + 60_000).toUTCString() };
    await allowCurrent(server, "a", 9);
    expect(offsets[0]).toBeGreaterThan(58_000);
    expect(offsets[0]).toBeLessThan(61_500);
  });
});
