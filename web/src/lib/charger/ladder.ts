/** The ladder of limits as rows to draw: order, length of each bar, and which one is in force; pure. */
import type { Limit, LimitReason, Phase, Rung } from "$lib/api/types";

export interface Row extends Pick<Rung, "reason" | "detail" | "cause"> {
  amps: number;
  /** Length of the bar as a share of the longest, 0–1. */
  share: number;
  inForce: boolean;
}

const FROM_TOP: readonly LimitReason[] = [
  "installation",
  "user",
  "dynamic",
  "load_balancing",
  "meter_lost",
  "schedule",
  "price",
  "solar",
  "ocpp",
  "temperature",
  "cable",
  "phase_switching",
  "grid_operator",
];

const rank = (reason: LimitReason): number => {
  const place = FROM_TOP.indexOf(reason);
  return place === -1 ? FROM_TOP.length : place;
};

export function ladderRows({ ladder, reason, current_a }: Limit): Row[] {
  const longest = Math.max(current_a, ...ladder.map((rung) => rung.current_a));
  return [...ladder]
    .sort((one, other) => rank(one.reason) - rank(other.reason))
    .map((rung) => ({
      reason: rung.reason,
      amps: rung.current_a,
      detail: rung.detail,
      cause: rung.cause,
      share: longest > 0 ? rung.current_a / longest : 0,
      inForce: rung.reason === reason,
    }));
}

/** The one phase of several that carries current; null where it is none or more, or the meter does not tell them apart. */
export function onlyPhase(phases: readonly Phase[]): number | null {
  if (phases.length < 2 || phases.some(({ current_a }) => current_a === null)) return null;
  const [first, ...others] = phases.filter(({ current_a }) => (current_a ?? 0) >= 1);
  return first !== undefined && others.length === 0 ? first.phase : null;
}
