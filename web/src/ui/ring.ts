/** Geometry and speed of the LED ring; pure. Turns are fractions of a full circle, clockwise from the top. */

export interface Circle {
  centre: number;
  radius: number;
}

const CLOSED = 0.99999;

/** A value as a share of what is possible, always within 0–1. */
export function share(value: number | null, possible: number): number {
  if (value === null || !(possible > 0)) return 0;
  return Math.min(1, Math.max(0, value / possible));
}

function point({ centre, radius }: Circle, turn: number): string {
  const angle = (turn - 0.25) * 2 * Math.PI;
  const round = (value: number): number => Math.round(value * 100) / 100;
  return `${round(centre + radius * Math.cos(angle))} ${round(centre + radius * Math.sin(angle))}`;
}

/** The path of an arc between two turns; empty when there is nothing to draw, closed when it is all around. */
export function arc(circle: Circle, from: number, to: number): string {
  const length = Math.min(to - from, 1);
  if (length <= 0) return "";
  const radius = `${circle.radius} ${circle.radius}`;
  const start = `M ${point(circle, from)}`;
  if (length >= CLOSED) {
    return `${start} A ${radius} 0 1 1 ${point(circle, from + 0.5)} A ${radius} 0 1 1 ${point(circle, from)} Z`;
  }
  return `${start} A ${radius} 0 ${length > 0.5 ? 1 : 0} 1 ${point(circle, from + length)}`;
}

/** Dash and gap that divide the circle into `count` equal dashes. */
export function dashes({ radius }: Circle, count: number): string {
  const step = (2 * Math.PI * radius) / count;
  return `${(step * 0.55).toFixed(2)} ${(step * 0.45).toFixed(2)}`;
}

const SLOWEST = 0.12;
const FASTEST = 0.8;
const TURNS_PER_AMP = 0.02;

/** Turns a second of the light for a current: still without one, then faster with every ampere. */
export function turnRate(amps: number | null): number {
  if (amps === null || amps <= 0) return 0;
  return Math.min(FASTEST, Math.max(SLOWEST, amps * TURNS_PER_AMP));
}
