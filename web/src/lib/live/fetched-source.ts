/** An event stream by `fetch`, for what an EventSource cannot send: a header. The live store follows either. */
import { ProblemError } from "$lib/api/problem";
import { sentEvents } from "./sent-events";
import type { StreamSource } from "./stream.svelte";

type Listener = (event: MessageEvent<string>) => void;

/** As an EventSource counts them. */
const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

const REFUSED = 401;

export class FetchedSource implements StreamSource {
  readyState = CONNECTING;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #listeners = new Map<string, Listener>();
  readonly #end = new AbortController();

  constructor(open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>) {
    void this.#follow(open);
  }

  addEventListener(kind: string, listener: Listener): void {
    this.#listeners.set(kind, listener);
  }

  close(): void {
    this.readyState = CLOSED;
    this.#end.abort();
  }

  /** A stream that ends is an error like any other: it was to go on for ever. */
  async #follow(open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>): Promise<void> {
    let refused = false;
    try {
      const stream = await open(this.#end.signal);
      this.readyState = OPEN;
      this.onopen?.();
      for await (const { kind, data } of sentEvents(stream)) {
        if (this.#end.signal.aborted) return;
        this.#tell(new MessageEvent(kind, { data }));
      }
    } catch (error) {
      refused = error instanceof ProblemError && error.status === REFUSED;
    }
    if (this.#end.signal.aborted) return;
    this.readyState = refused ? CLOSED : CONNECTING;
    this.onerror?.();
  }

  /** What a listener fails at is no failure of the connection, and is not to be kept quiet. */
  #tell(event: MessageEvent<string>): void {
    try {
      this.#listeners.get(event.type)?.(event);
    } catch (error) {
      setTimeout(() => {
        throw error;
      });
    }
  }
}
