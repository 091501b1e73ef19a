/** The time that a history is about: which there are, the one before and after, its bounds, and its place in the address. Pure. */
import { addDays, addMonths, type DayKey, daysBetween, isDay, midnight, monthOf, noonOf, weekOf, yearOf } from "./days";

export const PERIODS = ["day", "week", "month", "year", "all", "range"] as const;
export type PeriodKind = (typeof PERIODS)[number];

export interface Period {
  kind: PeriodKind;
  /** First and last day, both included. */
  first: DayKey;
  last: DayKey;
}

export interface Calendar {
  locale: string;
  timeZone: string;
  /** Monday is 0. */
  firstWeekday: number;
}

export type Bucket = "hour" | "day" | "week" | "month" | "year";

/** The period of a kind that holds this day; all and any range need their bounds. */
export function periodAround(kind: "day" | "week" | "month" | "year", day: DayKey, firstWeekday: number): Period {
  switch (kind) {
    case "day":
      return { kind, first: day, last: day };
    case "week": {
      const first = weekOf(day, firstWeekday);
      return { kind, first, last: addDays(first, 6) };
    }
    case "month":
      return { kind, first: monthOf(day), last: addDays(addMonths(monthOf(day), 1), -1) };
    case "year":
      return { kind, first: yearOf(day), last: addDays(addMonths(yearOf(day), 12), -1) };
    default:
      return kind satisfies never;
  }
}

export const rangeOf = (one: DayKey, other: DayKey): Period =>
  one <= other ? { kind: "range", first: one, last: other } : { kind: "range", first: other, last: one };

export const allSince = (first: DayKey, today: DayKey): Period => ({
  kind: "all",
  first: first < today ? first : today,
  last: today,
});

export const lengthOf = ({ first, last }: Period): number => daysBetween(first, last) + 1;

/** The neighbour: the period before (-1) or after (1); all there is has none. */
export function neighbour(period: Period, step: -1 | 1, firstWeekday: number): Period | null {
  const { kind, first, last } = period;
  if (kind === "all") return null;
  if (kind === "range") {
    const length = lengthOf(period);
    return { kind, first: addDays(first, step * length), last: addDays(last, step * length) };
  }
  return periodAround(kind, step === 1 ? addDays(last, 1) : addDays(first, -1), firstWeekday);
}

/** The instants that a period reaches from and up to, by the clocks of its place. */
export const boundsOf = ({ first, last }: Period, timeZone: string): { from: Date; to: Date } => ({
  from: midnight(first, timeZone),
  to: midnight(addDays(last, 1), timeZone),
});

const [LONG_DAYS, LONG_WEEKS, LONG_MONTHS] = [2, 62, 1_100] as const;

/** How finely a chart of the period is drawn: not more bars than a phone can show. */
export function bucketOf(period: Period): Bucket {
  const days = lengthOf(period);
  if (days <= LONG_DAYS) return "hour";
  if (days <= LONG_WEEKS) return "day";
  if (days <= LONG_MONTHS) return "month";
  return "year";
}

type Query = (name: string) => string | null;

interface Surroundings {
  today: DayKey;
  /** The day of the first session of all. */
  beginning: DayKey;
  firstWeekday: number;
}

const isKind = (text: string | null): text is PeriodKind => PERIODS.some((kind) => kind === text);

/** The period that an address asks for; this month where it says nothing that can be understood. */
export function periodFrom(query: Query, { today, beginning, firstWeekday }: Surroundings): Period {
  const asked = query("period");
  const kind = isKind(asked) ? asked : "month";
  const day = query("day");
  const anchor = isDay(day) ? day : today;
  if (kind === "all") return allSince(beginning, today);
  if (kind !== "range") return periodAround(kind, anchor, firstWeekday);
  const [from, to] = [query("from"), query("to")];
  if (!isDay(from) || !isDay(to)) return periodAround("month", today, firstWeekday);
  return rangeOf(from, to);
}

/** What the address says of a period; what is not said stands for itself. */
export function queryOf(period: Period, today: DayKey): Record<"period" | "day" | "from" | "to", string | null> {
  const { kind, first, last } = period;
  const nothing = { period: kind === "month" ? null : kind, day: null, from: null, to: null };
  if (kind === "all") return nothing;
  if (kind === "range") return { ...nothing, from: first, to: last };
  return { ...nothing, day: first <= today && today <= last ? null : first };
}

const write = (locale: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale, { ...style, timeZone: "UTC" });

/** A period in the words of the locale; all has a word of its own, which the caller knows. */
export function periodTitle({ kind, first, last }: Period, locale: string): string {
  const [from, to] = [noonOf(first), noonOf(last)];
  switch (kind) {
    case "day":
      return write(locale, { weekday: "short", day: "numeric", month: "long", year: "numeric" }).format(from);
    case "month":
      return write(locale, { month: "long", year: "numeric" }).format(from);
    case "year":
      return write(locale, { year: "numeric" }).format(from);
    case "week":
    case "range":
    case "all":
      return write(locale, { day: "numeric", month: "short", year: "numeric" }).formatRange(from, to);
    default:
      return kind satisfies never;
  }
}
