/** The live store: follows the server's event stream, survives its loss and knows how old its knowledge is. */
import type { Charger, Device, Session, Station } from "$lib/api/types";
import { openingPatience } from "./backoff";
import { PATCH_KINDS, readPatch, readSnapshot } from "./messages";
import { EMPTY, type Inbox, type LiveMessage, type LiveState, type Notice, reduce, type Snapshot } from "./state";

export type Link = { kind: "connecting" } | { kind: "live" } | { kind: "lost"; since: number };

/** What the store needs of an event stream; a browser's EventSource is one. */
export interface StreamSource {
  readonly readyState: number;
  onopen: ((event: Event) => unknown) | null;
  onerror: ((event: Event) => unknown) | null;
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveOptions {
  url: string;
  open: (url: string) => StreamSource;
  /** Runs the flush of a burst of messages; a browser gives the next frame. */
  schedule: (flush: () => void) => void;
  now: () => number;
  /** Milliseconds to wait after so many failures in a row. */
  delay: (failures: number) => number;
  /** Called when a connection could not be opened, to find out whether we are still signed in. */
  onRefused: () => void;
}

/** After this silence a stream that promised heartbeats counts as dead. */
const SILENCE_MS = 25_000;
/** A page that wakes up does not trust a stream that has been silent for so long. */
const TRUST_MS = 2_000;

export class LiveStore {
  readonly #options: LiveOptions;
  #state = $state.raw<LiveState>(EMPTY);
  #link = $state.raw<Link>({ kind: "connecting" });
  #known = $state(false);
  #source: StreamSource | null = null;
  #waiting: LiveMessage[] = [];
  #position = "";
  #failures = 0;
  #heard = 0;
  #began = 0;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #beats = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get chargers(): Readonly<Record<string, Charger>> {
    return this.#state.chargers;
  }

  get stations(): Readonly<Record<string, Station>> {
    return this.#state.stations;
  }

  get devices(): Readonly<Record<string, Device>> {
    return this.#state.devices;
  }

  get sessions(): Readonly<Record<string, Partial<Session>>> {
    return this.#state.sessions;
  }

  get notices(): readonly Notice[] {
    return this.#state.notices;
  }

  /** When the server was last heard, in milliseconds by this device's clock; 0 for never. */
  get heardAt(): number {
    return this.#heard;
  }

  get inbox(): Inbox {
    return this.#state.inbox;
  }

  get link(): Link {
    return this.#link;
  }

  /** Whether a snapshot ever arrived; before that, screens show skeletons. */
  get known(): boolean {
    return this.#known;
  }

  /** Show what was known at an earlier time until the server tells what is true now. */
  recall({ chargers, stations, devices, at }: Snapshot & { at: number }): void {
    if (this.#known) return;
    this.#state = reduce(EMPTY, [{ kind: "snapshot", snapshot: { chargers, stations, devices: devices ?? [] } }]);
    this.#known = true;
    this.#link = { kind: "lost", since: at };
  }

  start(): void {
    if (this.#watch !== undefined) return;
    this.#connect();
    this.#watch = setInterval(() => this.#checkSilence(), 5_000);
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#disconnect();
    this.#state = EMPTY;
    this.#known = false;
    this.#position = "";
    this.#failures = 0;
    this.#link = { kind: "connecting" };
  }

  /** Ask now rather than after the next wait: the page woke up or the network came back. */
  wake(): void {
    if (this.#watch === undefined) return;
    const now = this.#options.now();
    // One waking is told by several events of the browser.
    if (this.#source !== null && now - this.#began < TRUST_MS) return;
    if (this.#link.kind === "live" && now - this.#heard < TRUST_MS) return;
    this.#failures = 0;
    this.#reconnect();
  }

  /** Take over the charger that a confirmed command answered with. */
  adopt(charger: Charger): void {
    this.#takeNow({ kind: "charger", id: charger.id, seq: charger.seq, patch: { ...charger } });
  }

  /** The same for a device. */
  adoptDevice(device: Device): void {
    this.#takeNow({ kind: "device", id: device.id, seq: device.seq, patch: { ...device } });
  }

  /** The same for a station. */
  adoptStation(station: Station): void {
    this.#takeNow({ kind: "station", id: station.id, seq: station.seq, patch: { ...station } });
  }

  #connect(): void {
    this.#retry = undefined;
    const resume = this.#position === "" ? "" : `?last_event_id=${encodeURIComponent(this.#position)}`;
    const source = this.#options.open(this.#options.url + resume);
    this.#source = source;
    this.#began = this.#options.now();
    this.#beats = false;
    this.#opening = setTimeout(() => this.#onError(false), openingPatience(this.#failures));
    source.onopen = () => {
      clearTimeout(this.#opening);
      this.#heard = this.#options.now();
    };
    source.onerror = () => this.#onError(source.readyState === EventSource.CLOSED);
    source.addEventListener("snapshot", (event) => this.#take(readSnapshot(event.data), event.lastEventId));
    source.addEventListener("heartbeat", () => {
      this.#beats = true;
      this.#onHeard();
    });
    for (const kind of PATCH_KINDS) {
      source.addEventListener(kind, (event) => this.#take(readPatch(kind, event.data), event.lastEventId));
    }
  }

  #take(message: LiveMessage | null, position: string): void {
    if (position !== "") this.#position = position;
    if (message === null) {
      // The stream broke its contract: a fresh snapshot is the only safe continuation.
      this.#position = "";
      this.#reconnect();
      return;
    }
    this.#onHeard();
    // The first knowledge is drawn at once: the next frame has enough to do with putting it on the screen.
    if (message.kind === "snapshot" && !this.#known) this.#takeNow(message);
    else this.#enqueue(message);
  }

  #onHeard(): void {
    this.#heard = this.#options.now();
    this.#failures = 0;
    if (this.#link.kind !== "live") this.#link = { kind: "live" };
  }

  #enqueue(message: LiveMessage): void {
    this.#waiting.push(message);
    if (this.#waiting.length === 1) this.#options.schedule(() => this.#flush());
  }

  /** An answer is shown at once, or the old value would flash up between "pending" and "confirmed". */
  #takeNow(message: LiveMessage): void {
    this.#waiting.push(message);
    this.#flush();
  }

  #flush(): void {
    const messages = this.#waiting;
    this.#waiting = [];
    this.#state = reduce(this.#state, messages);
    if (messages.some((message) => message.kind === "snapshot")) this.#known = true;
  }

  #onError(refused: boolean): void {
    this.#disconnect();
    if (this.#link.kind !== "lost") this.#link = { kind: "lost", since: this.#heard || this.#options.now() };
    this.#retry = setTimeout(() => this.#connect(), this.#options.delay(this.#failures++));
    if (refused) this.#options.onRefused();
  }

  #reconnect(): void {
    this.#disconnect();
    this.#connect();
  }

  #disconnect(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#opening);
    this.#retry = undefined;
    this.#source?.close();
    this.#source = null;
  }

  #isSilent(): boolean {
    return this.#beats && this.#options.now() - this.#heard > SILENCE_MS;
  }

  #checkSilence(): void {
    if (this.#source !== null && this.#isSilent()) this.#onError(false);
  }
}
