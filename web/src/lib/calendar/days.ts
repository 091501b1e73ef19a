/** Calendar days as text (2026-03-29), and when they begin in a time zone; right also on days of 23 and 25 hours. Pure. */

/** A day of the calendar, as 2026-03-29; it has no time zone. */
export type DayKey = string;

const DAY_MS = 86_400_000;

const written = (at: number): DayKey => new Date(at).toISOString().slice(0, 10);
const utc = (day: DayKey): number => Date.parse(`${day}T00:00:00Z`);

export const isDay = (text: string | null): text is DayKey =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(utc(text)) && written(utc(text)) === text;

export const addDays = (day: DayKey, count: number): DayKey => written(utc(day) + count * DAY_MS);

/** The same day of another month; the last one where that month is shorter. */
export function addMonths(day: DayKey, count: number): DayKey {
  const at = new Date(utc(day));
  const first = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1);
  const length = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count + 1, 0)).getUTCDate();
  return written(first + (Math.min(at.getUTCDate(), length) - 1) * DAY_MS);
}

/** How many days lie from one to another. */
export const daysBetween = (from: DayKey, to: DayKey): number => Math.round((utc(to) - utc(from)) / DAY_MS);

/** Monday is 0, Sunday 6. */
export const weekdayOf = (day: DayKey): number => (new Date(utc(day)).getUTCDay() + 6) % 7;

export const monthOf = (day: DayKey): DayKey => `${day.slice(0, 7)}-01`;
export const yearOf = (day: DayKey): DayKey => `${day.slice(0, 4)}-01-01`;
/** Noon in UTC: an instant that a calendar without a zone may write. */
export const noonOf = (day: DayKey): Date => new Date(utc(day) + DAY_MS / 2);

export const weekOf = (day: DayKey, firstWeekday: number): DayKey =>
  addDays(day, -((weekdayOf(day) - firstWeekday + 7) % 7));

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far the zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function ahead(at: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    const digits = { year: "numeric", month: "numeric", day: "numeric" } as const;
    const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" } as const;
    format = new Intl.DateTimeFormat("en-US", { timeZone, ...digits, ...clock });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(at);
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute"), read("second"));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The instant that the wall shows as 2026-03-29T07:30; of a time that is there twice the first, one left out is an hour on. */
export function instantOf(written: string, timeZone: string): Date {
  const wall = Date.parse(`${written}Z`);
  // The offset can differ between a guess and the true instant; of two that fit, the earlier one counts.
  const guesses = [wall - ahead(wall - DAY_MS / 2, timeZone), wall - ahead(wall + DAY_MS / 2, timeZone)];
  const fitting = guesses.filter((at) => at + ahead(at, timeZone) === wall);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : Math.max(...guesses));
}

/** The first instant of a day; where midnight is left out, the first one after it. */
export const midnight = (day: DayKey, timeZone: string): Date => instantOf(`${day}T00:00`, timeZone);

export interface Wall {
  day: DayKey;
  /** 0–23. */
  hour: number;
  minute: number;
}

/** What calendar and clock on the wall say at an instant. */
export function wallOf(at: Date, timeZone: string): Wall {
  const wall = new Date(at.getTime() + ahead(at.getTime(), timeZone));
  return { day: written(wall.getTime()), hour: wall.getUTCHours(), minute: wall.getUTCMinutes() };
}

interface WeekInfo {
  firstDay: number;
}

interface LocaleWithWeek extends Intl.Locale {
  getWeekInfo?: () => WeekInfo;
  weekInfo?: WeekInfo;
}

/** The day that a week begins with: Monday is 0; where the browser does not know, Monday. */
export function firstWeekday(locale: string): number {
  const known = new Intl.Locale(locale) as LocaleWithWeek;
  const info = known.getWeekInfo?.() ?? known.weekInfo;
  return ((info?.firstDay ?? 1) + 6) % 7;
}
