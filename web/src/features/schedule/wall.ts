/** Instants as a clock on a wall in some time zone shows them, as a form field wants them, and back; pure. */

const MINUTE = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** As `2026-05-05T07:00`. */
export function wallOf(timeZone: string, at: Date): string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
    formats.set(timeZone, format);
  }
  return format.format(at).replace(" ", "T");
}

/** When the wall shows this; null for what is no time. A time that is left out in spring is the one after it. */
export function instantOf(timeZone: string, wall: string): Date | null {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return null;
  let at = shown;
  for (let round = 0; round < 2; round += 1) at = shown - (Date.parse(`${wallOf(timeZone, new Date(at))}Z`) - at);
  return new Date(Math.round(at / MINUTE) * MINUTE);
}

/** The next time that the wall shows `hour` o'clock, at least an hour away. */
export function nextMorning(timeZone: string, now: Date, hour: number): string {
  const clock = `T${String(hour).padStart(2, "0")}:00`;
  for (const days of [0, 1, 2]) {
    const wall = wallOf(timeZone, new Date(now.getTime() + days * 1440 * MINUTE)).slice(0, 10) + clock;
    const at = instantOf(timeZone, wall);
    if (at !== null && at.getTime() - now.getTime() >= 60 * MINUTE) return wall;
  }
  return wallOf(timeZone, now);
}
