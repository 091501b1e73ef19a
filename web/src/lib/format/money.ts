/** Money by locale; the amount stays the decimal text that the server sent until it is written. */
import type { Money } from "$lib/api/types";
import type { Quantity } from "./quantity";

export function money(locale: string, { amount, currency }: Money): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount as `${number}`);
}

/** What a kilowatt-hour costs; tenths of a cent count. */
export function pricePerKwh(locale: string, { amount, currency }: Money): Quantity {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 3 };
  const format = new Intl.NumberFormat(locale, { style: "currency", currency, ...digits });
  return { value: format.format(amount as `${number}`), unit: "/kWh" };
}

/** The sign of a currency, as its locale writes it. */
export const currencySign = (locale: string, currency: string): string =>
  new Intl.NumberFormat(locale, { style: "currency", currency })
    .formatToParts(0)
    .find(({ type }) => type === "currency")?.value ?? currency;
