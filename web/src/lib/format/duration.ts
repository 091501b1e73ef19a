/** Lengths of time as text; pure. */

const two = (value: number): string => String(value).padStart(2, "0");

/** Hours, minutes and seconds as on a clock: 0:40:10. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 3600)}:${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
}

export type AgeUnit = "second" | "minute" | "hour" | "day";

/** The largest unit that fits, with its count, for wording by the caller. */
export function age(seconds: number): { count: number; unit: AgeUnit } {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return { count: whole, unit: "second" };
  if (whole < 3600) return { count: Math.floor(whole / 60), unit: "minute" };
  if (whole < 86_400) return { count: Math.floor(whole / 3600), unit: "hour" };
  return { count: Math.floor(whole / 86_400), unit: "day" };
}

const SYMBOL = { hour: "h", minute: "min", second: "s" };

/** "20s", "40m" or "2h 15m" in English; elsewhere by the symbols of the units, "2 h 15 min", as all our languages write. */
export function spoken(locale: string, seconds: number): string {
  const english = locale.startsWith("en");
  const unit = (value: number, name: "hour" | "minute" | "second"): string =>
    english
      ? new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" }).format(value)
      : `${new Intl.NumberFormat(locale).format(value)}\u00a0${SYMBOL[name]}`;
  const whole = Math.floor(Math.max(0, seconds));
  if (whole < 60) return unit(whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  return rest === 0 ? unit(minutes / 60, "hour") : `${unit(Math.floor(minutes / 60), "hour")} ${unit(rest, "minute")}`;
}
