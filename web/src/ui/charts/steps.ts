/** A value that holds from one instant to the next, as steps over time: prices, for one; pure. */
import { type Axis, axisFor, placeOn } from "./axis";
import { MARGIN, type Size } from "./bars";

export interface Slot {
  /** Milliseconds. */
  from: number;
  to: number;
  value: number;
  /** Not known for certain. */
  estimated?: boolean;
}

export interface StepLayout {
  axis: Axis;
  ticks: { y: number; value: number }[];
  zero: number;
  slots: { x: number; width: number; y: number; height: number; level: number; estimated: boolean }[];
  times: { x: number; at: number }[];
  place: (at: number) => number;
}

const HOUR_MS = 3_600_000;
const TIME_ROOM = 52;
const HOURS_APART = [1, 2, 3, 4, 6, 12, 24] as const;

/** Of three, how dear a slot is among the prices that there are: the cheapest third 0, the dearest 2; all alike are 1. */
export function dearness(slots: readonly Slot[]): number[] {
  const sorted = [...new Set(slots.map(({ value }) => value))].sort((one, other) => one - other);
  const cheap = sorted[Math.floor((sorted.length - 1) / 3)] ?? 0;
  const dear = sorted[Math.ceil(((sorted.length - 1) * 2) / 3)] ?? 0;
  return slots.map(({ value }) => (cheap === dear ? 1 : value <= cheap ? 0 : value >= dear ? 2 : 1));
}

/** Steps between two instants (milliseconds); `hourOf` reads the clock on the wall for the labels. */
export function layoutSteps(
  slots: readonly Slot[],
  { from, to }: { from: number; to: number },
  { width, height, right = MARGIN.right }: Size & { right?: number },
  hourOf: (at: number) => number,
): StepLayout {
  const bottom = height - MARGIN.bottom;
  const axis = axisFor(
    slots.map(({ value }) => value),
    3,
  );
  const across = Math.max(0, width - MARGIN.left - right);
  const place = (at: number): number => MARGIN.left + ((at - from) / Math.max(1, to - from)) * across;
  const zero = placeOn(axis, 0, MARGIN.top, bottom);
  const levels = dearness(slots);
  return {
    axis,
    ticks: axis.ticks.map((value) => ({ value, y: placeOn(axis, value, MARGIN.top, bottom) })),
    zero,
    slots: slots.map((slot, index) => {
      const [x, end] = [place(Math.max(from, slot.from)), place(Math.min(to, slot.to))];
      const y = placeOn(axis, slot.value, MARGIN.top, bottom);
      return {
        x,
        width: Math.max(0, end - x),
        y: Math.min(y, zero),
        height: Math.abs(y - zero),
        level: levels[index] ?? 1,
        estimated: slot.estimated ?? false,
      };
    }),
    times: labelTimes(from, to, across, hourOf).map((at) => ({ at, x: place(at) })),
    place,
  };
}

function labelTimes(from: number, to: number, across: number, hourOf: (at: number) => number): number[] {
  const hours = (to - from) / HOUR_MS;
  const apart = HOURS_APART.find((step) => (hours / step) * TIME_ROOM <= across) ?? 24;
  const times: number[] = [];
  for (let at = Math.ceil(from / HOUR_MS) * HOUR_MS; at < to; at += HOUR_MS)
    if (hourOf(at) % apart === 0) times.push(at);
  return times;
}

/** The slot that holds at an instant, or the nearest one; null where there are none. */
export function slotAt(slots: readonly Slot[], at: number): number | null {
  if (slots.length === 0) return null;
  const index = slots.findIndex(({ to }) => at < to);
  return index === -1 ? slots.length - 1 : index;
}
