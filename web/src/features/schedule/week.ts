/** The week as a picture: what the rules of each day allow and forbid, as shares of its 24 hours; pure. */
import type { NewSchedule, Schedule } from "$lib/api/types";

export type Weekday = NonNullable<NewSchedule["weekdays"]>[number];

export const WEEKDAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export interface Band {
  kind: "allowed" | "forbidden";
  from: number;
  to: number;
}

export interface DayRow {
  day: Weekday;
  bands: Band[];
  /** Where somebody departs. */
  departures: number[];
  /** Nothing but what is allowed is open. */
  closed: boolean;
}

const share = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) / 1440;

/** Hours that go on after midnight are drawn on both days. */
export function week(rules: readonly Schedule[]): DayRow[] {
  const weekly = rules.filter((rule) => rule.enabled && rule.date === null);
  const closed = weekly.some((rule) => rule.kind === "allowed");
  return WEEKDAYS.map((day, index) => {
    const before = WEEKDAYS[(index + 6) % 7] as Weekday;
    const bands = weekly.flatMap((rule): Band[] => {
      if ((rule.kind !== "allowed" && rule.kind !== "forbidden") || rule.start === null || rule.end === null) return [];
      const { kind } = rule;
      const [from, to] = [share(rule.start), share(rule.end)];
      const overnight = to <= from;
      const own: Band[] = rule.weekdays.includes(day) ? [{ kind, from, to: overnight ? 1 : to }] : [];
      const rest: Band[] = overnight && to > 0 && rule.weekdays.includes(before) ? [{ kind, from: 0, to }] : [];
      return [...own, ...rest];
    });
    // What is forbidden wins, so it is drawn last.
    bands.sort((one, other) => Number(one.kind === "forbidden") - Number(other.kind === "forbidden"));
    const departures = weekly.flatMap((rule) =>
      rule.ready_by !== null && rule.weekdays.includes(day) ? [share(rule.ready_by)] : [],
    );
    return { day, bands, departures, closed };
  });
}

/** The day of the week in somebody's language; the first of 2024 was a Monday. */
export function dayName(locale: string, day: string, style: "short" | "long" = "short"): string {
  const at = new Date(Date.UTC(2024, 0, 1 + WEEKDAYS.indexOf(day as Weekday)));
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(at);
}

/** Days in a row as a range: "Mon – Fri, Sun". */
export function dayNames(locale: string, days: readonly string[]): string {
  const parts: string[] = [];
  const places = days.map((day) => WEEKDAYS.indexOf(day as Weekday)).sort((one, other) => one - other);
  for (let first = 0; first < places.length;) {
    let last = first;
    while (last + 1 < places.length && places[last + 1] === (places[last] ?? 0) + 1) last += 1;
    const name = (place: number): string => dayName(locale, WEEKDAYS[places[place] ?? 0] ?? "mon");
    parts.push(
      last - first >= 2
        ? `${name(first)} – ${name(last)}`
        : places
            .slice(first, last + 1)
            .map((_, i) => name(first + i))
            .join(", "),
    );
    first = last + 1;
  }
  return parts.join(", ");
}
