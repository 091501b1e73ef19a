/** What chargers got over the last hours: for how long, what at an instant, and how much for which reason; pure. */
import type { LimitReason } from "$lib/api/types";
import type { Lane } from "../history/lanes";

/** How far back, in seconds. */
export const SPANS = { "1h": 3_600, "6h": 21_600, "24h": 86_400 } as const;
export type Span = keyof typeof SPANS;

export const spanFrom = (word: string | null): Span | null =>
  word !== null && Object.hasOwn(SPANS, word) ? (word as Span) : null;

/** The lane at a place on the time axis, 0–1; its end belongs to it. */
export const laneAt = (lanes: readonly Lane[], place: number): Lane | undefined =>
  lanes.find(({ start, length }) => place >= start && place < start + length) ??
  lanes.find(({ start, length }) => place >= start && place <= start + length);

export interface Held {
  reason: LimitReason;
  seconds: number;
  least: number;
  most: number;
}

/** For how long each reason held and between which currents, the longest first. */
export function heldBy(lanes: readonly Lane[]): Held[] {
  const found = new Map<LimitReason, Held>();
  for (const { reason, amps, from, to } of lanes) {
    const held = found.get(reason) ?? { reason, seconds: 0, least: amps, most: amps };
    held.seconds += (to - from) / 1000;
    held.least = Math.min(held.least, amps);
    held.most = Math.max(held.most, amps);
    found.set(reason, held);
  }
  return [...found.values()].sort((one, other) => other.seconds - one.seconds);
}
