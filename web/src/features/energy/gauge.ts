/** How full a phase of a breaker is, as shares of its rating, and what that means; pure. */
import type { PhaseLoad } from "$lib/api/types";

export type Fill = "free" | "tight" | "over" | "export" | "unknown";

export interface Gauge {
  /** Where the part of the house ends, as a share of the rating. */
  house: number;
  /** Where the chargers, on top of the house, end. */
  total: number;
  fill: Fill;
}

/** With less than this share left, a kettle is enough to be over. */
const TIGHT = 0.1;
/** Readings are not exact, so a breath over the rating is still at it. */
const OVER_A = 0.05;

export function gauge({ rating_a, current_a, chargers_a, headroom_a }: PhaseLoad): Gauge {
  if (current_a === null) {
    const share = within(chargers_a / rating_a);
    return { house: 0, total: share, fill: "unknown" };
  }
  if (current_a < 0) return { house: 0, total: 0, fill: "export" };
  const total = within(current_a / rating_a);
  const house = within((current_a - Math.min(current_a, chargers_a)) / rating_a);
  const left = headroom_a ?? rating_a - current_a;
  return {
    house: Math.min(house, total),
    total,
    fill: left < -OVER_A ? "over" : left < rating_a * TIGHT ? "tight" : "free",
  };
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

/** The phase of a circuit with the least room; null where none is known. */
export function tightest(phases: readonly PhaseLoad[]): (PhaseLoad & { headroom_a: number }) | null {
  const known = phases.filter((phase): phase is PhaseLoad & { headroom_a: number } => phase.headroom_a !== null);
  return known.length === 0
    ? null
    : known.reduce((least, phase) => (phase.headroom_a < least.headroom_a ? phase : least));
}
