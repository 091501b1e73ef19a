/** When in the week energy flows, and how much on each day: sums for the heat maps; pure. */
import type { HistoryBucket } from "$lib/api/types";
import { addDays, type DayKey, midnight, wallOf, weekdayOf } from "$lib/calendar/days";
import type { Period } from "$lib/calendar/period";

const HOURS = 24;
/** The server answers at most 1,500 hours at once. */
const DAYS_AT_ONCE = 60;
/** Older habits say little about the present ones. */
export const MOST_DAYS = 180;

/** Energy by the hour of the week, Monday midnight first. */
export function byHourOfWeek(hours: readonly HistoryBucket[], timeZone: string): number[] {
  const sums = new Array<number>(7 * HOURS).fill(0);
  for (const { start, energy_wh: energy } of hours) {
    if (energy === 0) continue;
    const { day, hour } = wallOf(new Date(start), timeZone);
    const place = weekdayOf(day) * HOURS + hour;
    sums[place] = (sums[place] ?? 0) + energy;
  }
  return sums;
}

export const byDay = (days: readonly HistoryBucket[], timeZone: string): Map<DayKey, number> =>
  new Map(days.map(({ start, energy_wh: energy }) => [wallOf(new Date(start), timeZone).day, energy]));

/** The last days of a period, not more than so many, and none that is still to come. */
export function lastDays(
  { first, last }: Pick<Period, "first" | "last">,
  today: DayKey,
  most: number,
): { first: DayKey; last: DayKey } {
  const end = last > today && today >= first ? today : last;
  const begin = addDays(end, 1 - most);
  return { first: begin > first ? begin : first, last: end };
}

/** A time in pieces that the server answers at once. */
export function pieces(
  { first, last }: { first: DayKey; last: DayKey },
  timeZone: string,
  length = DAYS_AT_ONCE,
): { from: Date; to: Date }[] {
  const found: { from: Date; to: Date }[] = [];
  for (let day = first; day <= last; day = addDays(day, length)) {
    const end = addDays(day, length);
    found.push({ from: midnight(day, timeZone), to: midnight(end > last ? addDays(last, 1) : end, timeZone) });
  }
  return found;
}

/** The place of the strongest value; null when all are nought. */
export function strongest(values: readonly number[]): number | null {
  const top = Math.max(0, ...values);
  return top === 0 ? null : values.indexOf(top);
}
