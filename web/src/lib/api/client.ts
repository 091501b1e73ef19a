/** Calls the API by the paths and types of its schema: fills in an address, sends JSON, reads the answer. */
import type { Client, ParseAs } from "openapi-fetch";
import type { paths } from "./schema";

export type Api = Pick<Client<paths>, "GET" | "PUT" | "POST" | "PATCH" | "DELETE">;

interface Asked extends Omit<RequestInit, "body"> {
  params?: { path?: Record<string, unknown>; query?: Record<string, unknown> };
  body?: unknown;
  parseAs?: ParseAs;
}

/** The calls of the types, which `send` carries out; far lighter than the client that the types come from. */
export function apiClient(origin: string, send: (request: Request) => Promise<Response>): Api {
  const call = (method: string) => (path: string, asked?: Asked) => ask(origin, send, method, path, asked);
  return {
    GET: call("GET"),
    PUT: call("PUT"),
    POST: call("POST"),
    PATCH: call("PATCH"),
    DELETE: call("DELETE"),
  } as Api;
}

async function ask(
  origin: string,
  send: (request: Request) => Promise<Response>,
  method: string,
  path: string,
  { params, body, parseAs = "json", ...init }: Asked = {},
): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const url = origin + address(path, params?.path) + search(params?.query);
  const response = await send(new Request(url, { ...init, ...json, method }));
  if (!response.ok) return { error: lenient(await response.text()), response };
  if (parseAs === "stream") return { data: response.body, response };
  if (parseAs === "json") return { data: strict(await response.text()), response };
  return { data: await response[parseAs](), response };
}

/** The path with its parameters in their places. */
export const address = (path: string, params: Record<string, unknown> = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));

/** The query with its question mark; a list repeats its name, what is not given is left out. */
export function search(query: Record<string, unknown> = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one) => [name, String(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

/** An answer that is no JSON did not come from the server, and throws. */
const strict = (text: string): unknown => (text === "" ? undefined : JSON.parse(text));

/** A failure may have been written by anything on the way here. */
function lenient(text: string): unknown {
  try {
    return strict(text);
  } catch {
    return text;
  }
}
