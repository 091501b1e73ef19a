/** How files are written in a place; pure. */

export type Separator = "comma" | "semicolon" | "tab";

/** Where decimals have a comma, spreadsheets expect semicolons between values. */
export function separatorFor(locale: string): Separator {
  const decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value;
  return decimal === "," ? "semicolon" : "comma";
}

/** The name that the server gave a file; the plain one where it cannot be read. */
export function nameOf(disposition: string | null, otherwise: string): string {
  const found = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  if (found !== undefined) {
    try {
      return decodeURIComponent(found);
    } catch {
      return otherwise;
    }
  }
  return /filename="([^"]+)"/i.exec(disposition ?? "")?.[1] ?? otherwise;
}
