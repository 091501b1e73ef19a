/** Measured values as a number and its unit, so that a screen can set the unit smaller; pure. */

export interface Quantity {
  value: string;
  unit: string;
}

/** What stands where a value is not known; as wide as a digit would be. */
export const UNKNOWN = "–";

const formats = new Map<string, Intl.NumberFormat>();

export function formatNumber(locale: string, value: number, digits: number): string {
  const key = `${locale}/${digits}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  // A tiny negative reading would otherwise show as "-0".
  return format.format(Number(value.toFixed(digits)) === 0 ? 0 : value);
}

/** What stands between whole and broken in a number. */
export const decimalMark = (locale: string): string => formatNumber(locale, 0.5, 1).charAt(1);

const quantity = (locale: string, value: number | null, digits: number, unit: string): Quantity => ({
  value: value === null ? UNKNOWN : formatNumber(locale, value, digits),
  unit,
});

/** Kilowatts with two digits below 10 and one above. */
export function power(locale: string, watts: number | null): Quantity {
  const kilowatts = watts === null ? null : watts / 1000;
  const digits = kilowatts !== null && Math.abs(kilowatts) >= 9.995 ? 1 : 2;
  return quantity(locale, kilowatts, digits, "kW");
}

export const energy = (locale: string, wattHours: number | null): Quantity =>
  quantity(locale, wattHours === null ? null : wattHours / 1000, 2, "kWh");

export const current = (locale: string, amps: number | null): Quantity => quantity(locale, amps, 0, "A");

export const preciseCurrent = (locale: string, amps: number | null): Quantity => quantity(locale, amps, 1, "A");

export const voltage = (locale: string, volts: number | null): Quantity => quantity(locale, volts, 0, "V");

/** In the degrees that a person has chosen. */
export function temperature(locale: string, celsius: number | null, units: "metric" | "imperial"): Quantity {
  if (units === "metric") return quantity(locale, celsius, 1, "°C");
  return quantity(locale, celsius === null ? null : (celsius * 9) / 5 + 32, 1, "°F");
}

export const ratio = (locale: string, value: number | null): Quantity => quantity(locale, value, 2, "");

export const percent = (locale: string, value: number): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(value);

/** In one text; a unit that divides stands right at its value. */
export const plain = ({ value, unit }: Quantity): string =>
  unit === "" ? value : unit.startsWith("/") ? `${value}${unit}` : `${value} ${unit}`;
