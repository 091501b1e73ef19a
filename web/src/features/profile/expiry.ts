/** The last instant of a calendar day in a time zone; pure. */
import { addDays, midnight } from "$lib/calendar/days";

/** The end of a day written as 2026-03-29; right also on days of 23 and 25 hours. */
export const endOfDay = (day: string, timeZone: string): Date =>
  new Date(midnight(addDays(day, 1), timeZone).getTime() - 1000);
