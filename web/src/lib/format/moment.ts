/** Instants as text in a locale and a time zone; pure. */

export interface Zone {
  locale: string;
  timeZone: string;
}

type Style = Intl.DateTimeFormatOptions;

const TIME: Style = { timeStyle: "short" };
const SECONDS: Style = { timeStyle: "medium" };
const DAY: Style = { weekday: "long", day: "numeric", month: "long" };
const DAY_OF_YEAR: Style = { ...DAY, year: "numeric" };
const SHORT_DAY: Style = { dateStyle: "medium" };
const SHORT_MOMENT: Style = { weekday: "short", hour: "2-digit", minute: "2-digit" };

const formats = new Map<string, Intl.DateTimeFormat>();

function write(zone: Zone, style: Style, at: Date): string {
  const key = `${zone.locale}/${zone.timeZone}/${JSON.stringify(style)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(zone.locale, { ...style, timeZone: zone.timeZone });
    formats.set(key, format);
  }
  return format.format(at);
}

export const time = (zone: Zone, at: Date): string => write(zone, TIME, at);
export const timeWithSeconds = (zone: Zone, at: Date): string => write(zone, SECONDS, at);
export const date = (zone: Zone, at: Date): string => write(zone, SHORT_DAY, at);
export const dateTime = (zone: Zone, at: Date): string => write(zone, { ...SHORT_DAY, ...TIME }, at);

/** Within the next days, as "Mon 22:00". */
export const shortMoment = (zone: Zone, at: Date): string => write(zone, SHORT_MOMENT, at);

/** A day as a heading; the year only when it is not the present one. */
export function day(zone: Zone, at: Date, now: Date): string {
  const sameYear = dayKey(zone, at).slice(0, 4) === dayKey(zone, now).slice(0, 4);
  return write(zone, sameYear ? DAY : DAY_OF_YEAR, at);
}

/** The calendar day of an instant in the zone, as 2026-03-29, for grouping and comparison. */
export function dayKey(zone: Zone, at: Date): string {
  return write({ locale: "sv-SE", timeZone: zone.timeZone }, { year: "numeric", month: "2-digit", day: "2-digit" }, at);
}
