/** The value axis of a chart: round ends and the ticks between them; pure. */

export interface Axis {
  low: number;
  high: number;
  ticks: number[];
}

const FACTORS = [1, 2, 2.5, 5, 10] as const;
/** Binary fractions leave dust; no axis of ours is finer than this. */
const tidy = (value: number): number => Number(value.toPrecision(12));

function stepFor(span: number, count: number): number {
  const raw = span / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return tidy((FACTORS.find((factor) => factor * magnitude >= raw * 0.999999) ?? 10) * magnitude);
}

/** An axis that holds nought and all values, with about `count` steps between round numbers. */
export function axisFor(values: readonly number[], count = 4): Axis {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  if (least === 0 && most === 0) return { low: 0, high: 1, ticks: [0, 1] };
  const step = stepFor(most - least, count);
  const low = tidy(Math.floor(tidy(least / step)) * step);
  const high = tidy(Math.ceil(tidy(most / step)) * step);
  const steps = Math.round((high - low) / step);
  return { low, high, ticks: Array.from({ length: steps + 1 }, (_, place) => tidy(low + place * step)) };
}

/** Where a value lies between two heights on screen, which grow downwards. */
export const placeOn = ({ low, high }: Axis, value: number, top: number, bottom: number): number =>
  bottom - ((value - low) / (high - low)) * (bottom - top);

/** How many digits the ticks need, so that no two of them read the same. */
export function digitsOf({ ticks }: Axis): number {
  const step = Math.abs((ticks[1] ?? 1) - (ticks[0] ?? 0));
  for (let digits = 0; digits < 6; digits++)
    if (Math.abs(step - Number(step.toFixed(digits))) < step / 1000) return digits;
  return 6;
}
