/** The one connection to the server's API: origin, CSRF token, clock difference and problems; no topic of its own. */
import { type Api, apiClient } from "./client";
import { ProblemError, problemFrom } from "./problem";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

interface Reply<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

export class Server {
  readonly http: Api;
  /** Proof that a changing request comes from this app; `Account` sets it from `me`. */
  csrfToken: string | null = null;
  /** Called when the server no longer knows who we are. */
  onUnauthenticated: () => void = () => undefined;
  /** Told the server's clock minus ours, in milliseconds, whenever an answer carries a date. */
  onClock: (offsetMs: number) => void = () => undefined;

  constructor(origin: string, fetcher: typeof fetch = fetch) {
    this.http = apiClient(origin, (request) => this.#send(request, fetcher));
  }

  /** Wait for a call made with `http` and give its body, or throw a `ProblemError`. */
  async answer<T>(call: Promise<Reply<T>>): Promise<T> {
    const { data, error, response } = await call;
    if (response.ok) return data as T;
    const problem = problemFrom(response, error);
    if (problem.status === 401 && problem.code === "unauthenticated") this.onUnauthenticated();
    throw problem;
  }

  async #send(request: Request, fetcher: typeof fetch): Promise<Response> {
    if (!SAFE_METHODS.has(request.method) && this.csrfToken !== null) {
      request.headers.set("X-CSRF-Token", this.csrfToken);
    }
    const asked = Date.now();
    let response: Response;
    try {
      response = await fetcher(request);
    } catch (cause) {
      throw new ProblemError(0, { title: String(cause) });
    }
    const date = Date.parse(response.headers.get("Date") ?? "");
    // A Date header counts whole seconds, so its instant lies half a second later on average.
    if (!Number.isNaN(date)) this.onClock(date + 500 - (asked + Date.now()) / 2);
    return response;
  }
}
