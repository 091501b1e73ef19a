/** Where the bars of a chart stand: stacks, an axis, and a line over them with an axis of its own; pure. */
import { type Axis, axisFor, placeOn } from "./axis";

export interface Bar {
  key: string;
  /** Under the bar; only some of them fit. */
  label: string;
  /** What the reading calls it. */
  title: string;
  /** One for each series. */
  values: readonly number[];
  /** On the second axis; null where it is not known. */
  line?: number | null;
}

export interface Size {
  width: number;
  height: number;
}

export interface Segment {
  series: number;
  y: number;
  height: number;
}

export interface Column {
  key: string;
  /** The whole room of the bar, where a pointer means it. */
  left: number;
  room: number;
  /** The bar itself. */
  x: number;
  width: number;
  centre: number;
  segments: Segment[];
  label: string | null;
}

export interface BarLayout {
  axis: Axis;
  ticks: { y: number; value: number }[];
  zero: number;
  columns: Column[];
  /** The line in pieces, broken where a value is missing. */
  line: { x: number; y: number }[][];
  lineAxis: Axis | null;
  /** The ticks of the line, at the right. */
  lineTicks: { y: number; value: number }[];
  /** Room at the right: the line has an axis there. */
  right: number;
}

export const MARGIN = { left: 40, right: 4, top: 8, bottom: 22 } as const;
const LETTER = 6.6;
const LABEL_GAP = 10;
const [WIDEST_BAR, LEAST_SHARE] = [44, 0.66] as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const above = (values: readonly number[]): number => sum(values.filter((value) => value > 0));
const below = (values: readonly number[]): number => sum(values.filter((value) => value < 0));

/** Every how manieth label is written, so that none touches the next. */
export function labelStep(labels: readonly string[], room: number): number {
  const widest = Math.max(0, ...labels.map((label) => label.length)) * LETTER + LABEL_GAP;
  return room > 0 ? Math.max(1, Math.ceil(widest / room)) : 1;
}

function stack(values: readonly number[], axis: Axis, bottom: number): Segment[] {
  const segments: Segment[] = [];
  let [up, down] = [0, 0];
  for (const [series, value] of values.entries()) {
    if (value === 0) continue;
    const from = value > 0 ? up : down;
    const one = placeOn(axis, from, MARGIN.top, bottom);
    const other = placeOn(axis, from + value, MARGIN.top, bottom);
    segments.push({ series, y: Math.min(one, other), height: Math.abs(one - other) });
    if (value > 0) up += value;
    else down += value;
  }
  return segments;
}

export function layoutBars(bars: readonly Bar[], { width, height }: Size): BarLayout {
  const bottom = height - MARGIN.bottom;
  const axis = axisFor(bars.flatMap(({ values }) => [above(values), below(values)]));
  const right = bars.some(({ line }) => line !== null && line !== undefined) ? MARGIN.left : MARGIN.right;
  const room = Math.max(0, width - MARGIN.left - right) / Math.max(1, bars.length);
  const thick = Math.min(WIDEST_BAR, Math.max(1, room * LEAST_SHARE));
  const every = labelStep(
    bars.map(({ label }) => label),
    room,
  );
  const columns = bars.map(({ key, label, values }, place): Column => {
    const left = MARGIN.left + place * room;
    const centre = left + room / 2;
    const segments = stack(values, axis, bottom);
    return {
      key,
      left,
      room,
      x: centre - thick / 2,
      width: thick,
      centre,
      segments,
      label: place % every ? null : label,
    };
  });
  return {
    axis,
    ticks: axis.ticks.map((value) => ({ value, y: placeOn(axis, value, MARGIN.top, bottom) })),
    zero: placeOn(axis, 0, MARGIN.top, bottom),
    columns,
    right,
    ...layoutLine(bars, columns, bottom),
  };
}

function layoutLine(
  bars: readonly Bar[],
  columns: readonly Column[],
  bottom: number,
): Pick<BarLayout, "line" | "lineAxis" | "lineTicks"> {
  const known = bars.flatMap(({ line }) => (line === null || line === undefined ? [] : [line]));
  if (known.length === 0) return { line: [], lineAxis: null, lineTicks: [] };
  const lineAxis = axisFor(known);
  const pieces: { x: number; y: number }[][] = [];
  let open = false;
  for (const [place, { line }] of bars.entries()) {
    const column = columns[place];
    if (line === null || line === undefined || column === undefined) {
      open = false;
      continue;
    }
    if (!open) pieces.push([]);
    open = true;
    pieces.at(-1)?.push({ x: column.centre, y: placeOn(lineAxis, line, MARGIN.top, bottom) });
  }
  const lineTicks = lineAxis.ticks.map((value) => ({ value, y: placeOn(lineAxis, value, MARGIN.top, bottom) }));
  return { line: pieces, lineAxis, lineTicks };
}

/** The bar that a place on screen means; the nearest one beyond the ends, null where there are none. */
export function barAt({ columns }: BarLayout, x: number): number | null {
  const first = columns[0];
  if (first === undefined || first.room === 0) return null;
  return Math.min(columns.length - 1, Math.max(0, Math.floor((x - first.left) / first.room)));
}

/** Parts are exact to a millionth, and so is what they come to: a sum of halves must not be written a digit lower. */
const exactly = (total: number): number => Math.round(total * 1e6) / 1e6;

export const totalOf = ({ values }: Pick<Bar, "values">): number => exactly(sum(values));

export const totalOfAll = (bars: readonly Pick<Bar, "values">[]): number => exactly(sum(bars.map(totalOf)));
