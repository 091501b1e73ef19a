/** What went wrong with a request, as one error class; it decides no wording beyond what the server said. */
import type { components } from "./schema";

type ProblemDocument = Partial<components["schemas"]["Problem"]>;
type FieldError = components["schemas"]["FieldError"];

/** The code of a request that got no answer at all. */
export const UNREACHABLE = "unreachable";

export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  /** The server's own sentence, or null when it gave none. */
  readonly detail: string | null;
  /** Seconds after which the server will listen again, when it said so. */
  readonly retryAfter: number | null;
  /** What is wrong with single fields of the request, where the server could tell. */
  readonly errors: readonly FieldError[];

  constructor(status: number, document: ProblemDocument = {}, retryAfter: number | null = null) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.name = "ProblemError";
    this.status = status;
    this.code = document.code ?? (status === 0 ? UNREACHABLE : `http_${status}`);
    this.detail = document.detail ?? null;
    this.retryAfter = retryAfter;
    this.errors = document.errors ?? [];
  }
}

/** Read a failed answer; a body that is no problem document still becomes a problem. */
export function problemFrom(response: Response, body: unknown): ProblemError {
  const document = typeof body === "object" && body !== null ? (body as ProblemDocument) : {};
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ProblemError(response.status, document, Number.isFinite(retryAfter) ? retryAfter : null);
}

/** Let a problem through and give anything else the same face, so that screens handle one type. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError ? error : new ProblemError(0, {});
}
