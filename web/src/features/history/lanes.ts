/** The limits through a session as lanes under its power curve; pure. */
import type { LimitReason, LimitSpan } from "$lib/api/types";

export interface Lane {
  reason: LimitReason;
  amps: number;
  from: number;
  to: number;
  /** Place on the time axis, as shares of the whole, 0–1. */
  start: number;
  length: number;
}

/** The lanes between two instants (milliseconds); what lies outside is cut off, neighbours that agree become one. */
export function lanes(limits: readonly LimitSpan[], from: number, to: number): Lane[] {
  const whole = to - from;
  if (!(whole > 0)) return [];
  const found: Lane[] = [];
  for (const limit of limits) {
    const begin = Math.max(from, Date.parse(limit.from));
    const end = Math.min(to, Date.parse(limit.to));
    if (!(end > begin)) continue;
    const before = found.at(-1);
    if (before?.reason === limit.reason && before.amps === limit.current_a && begin <= before.to) {
      before.to = end;
      before.length = (end - before.from) / whole;
      continue;
    }
    found.push({
      reason: limit.reason,
      amps: limit.current_a,
      from: begin,
      to: end,
      start: (begin - from) / whole,
      length: (end - begin) / whole,
    });
  }
  return found;
}
