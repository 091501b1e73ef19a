/** Amounts as people type them and as the API takes them: decimal text, never a float; pure. */

/** What was typed with a point and no blanks; null where it is no number. */
export function decimal(text: string): string | null {
  const plain = text.replace(/[\s\u00a0]/g, "").replace(",", ".");
  const found = /^(-?)(\d*)(?:\.(\d*))?$/.exec(plain);
  if (found === null) return null;
  const [, sign = "", whole = "", fraction = ""] = found;
  if (whole === "" && fraction === "") return null;
  const value = `${whole.replace(/^0+(?=\d)/, "") || "0"}${fraction === "" ? "" : `.${fraction}`}`;
  return /[1-9]/.test(value) ? sign + value : value.replace(/\..*$/, "");
}

/** Move the point: 19 percent is a share of 0.19. */
export function shifted(value: string, places: number): string {
  const negative = value.startsWith("-");
  const [whole = "", fraction = ""] = (negative ? value.slice(1) : value).split(".");
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const place = Math.max(1, point);
  const tail = padded.slice(place).replace(/0+$/, "");
  const head = padded.slice(0, place).replace(/^0+(?=\d)/, "");
  return `${negative ? "-" : ""}${head}${tail === "" ? "" : `.${tail}`}`;
}

export const toRatio = (percent: string): string => shifted(percent, -2);
export const toPercent = (ratio: string): string => shifted(ratio, 2);
