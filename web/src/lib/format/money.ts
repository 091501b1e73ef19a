/** Money by locale; the amount stays the decimal text that the server sent until it is written. */
import type { Money } from "$lib/api/types";

export function money(locale: string, { amount, currency }: Money): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amount as `${number}`);
}
