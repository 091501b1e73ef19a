/** The last instant of a calendar day in a time zone; pure. */

const DAY_MS = 86_400_000;

/** How far the zone's wall clock is ahead of UTC at an instant, in milliseconds. */
function ahead(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const read = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute"), read("second"));
  return wall - Math.floor(at / 1000) * 1000;
}

/** The end of a day written as 2026-03-29; right also on days of 23 and 25 hours. */
export function endOfDay(day: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
  let instant = wall - ahead(wall, timeZone);
  // The offset can differ between the guess and the true instant; a second look settles it.
  instant = wall - ahead(instant, timeZone);
  return new Date(instant - 1000);
}
