/** The present, on the server's clock, ticking once a second so that every age on screen stays true. */

const TICK_MS = 1_000;

export class Clock {
  #now = $state(Date.now());
  #offset = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Milliseconds since the epoch by the server's clock. */
  get now(): number {
    return this.#now;
  }

  /** The server's clock minus ours, in milliseconds. */
  get offset(): number {
    return this.#offset;
  }

  /** Learn how far the server's clock is from ours; differences below a second are rounding. */
  correct(offsetMs: number): void {
    if (Math.abs(offsetMs - this.#offset) < 1_000) return;
    this.#offset = Math.abs(offsetMs) < 1_000 ? 0 : offsetMs;
    this.tick();
  }

  tick(): void {
    this.#now = Date.now() + this.#offset;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
