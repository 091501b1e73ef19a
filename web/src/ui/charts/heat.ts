/** Heat maps: a calendar of days in blocks of a month, and the hours of a week; where each cell lies and how strong. Pure. */
import { addDays, addMonths, type DayKey, daysBetween, monthOf, weekdayOf } from "$lib/calendar/days";

export interface Cell {
  key: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Null where nothing is known or it lies outside of the time. */
  value: number | null;
  /** Written in it, where there is room. */
  text?: string;
  /** 0 for nothing, up to `LEVELS`. */
  level: number;
}

export interface Label {
  x: number;
  y: number;
  text: string;
  anchor: "start" | "middle" | "end";
}

export interface HeatLayout {
  width: number;
  height: number;
  cells: Cell[];
  labels: Label[];
  /** How many cells an arrow up or down goes. */
  stride: number;
  /** The value of the strongest cell. */
  top: number;
}

export const LEVELS = 5;

/** Of equal steps up to the highest value the one that a value is in; the least above nought is already 1. */
export const levelOf = (value: number | null, top: number): number =>
  value === null || value <= 0 || top <= 0 ? 0 : Math.min(LEVELS, Math.max(1, Math.ceil((value / top) * LEVELS)));

const highest = (values: Iterable<number>): number => Math.max(0, ...values);

const HOURS = 24;
const [SIDE, HEAD, GAP] = [34, 18, 2] as const;
const HOUR_LABELS = [0, 6, 12, 18] as const;

/** The hours of the week, the first weekday on top; `values` counts hours from Monday midnight. */
export function layoutWeek(
  values: readonly (number | null)[],
  { width, firstWeekday, dayNames, hourName }: WeekWords,
): HeatLayout {
  const cell = Math.max(4, (width - SIDE) / HOURS);
  const tall = Math.min(26, Math.max(14, cell));
  const top = highest(values.map((value) => value ?? 0));
  const days = Array.from({ length: 7 }, (_, row) => (firstWeekday + row) % 7);
  const cells = days.flatMap((day, row) =>
    Array.from({ length: HOURS }, (_, hour): Cell => {
      const value = values[day * HOURS + hour] ?? null;
      const place = { x: SIDE + hour * cell, y: HEAD + row * tall, width: cell - GAP, height: tall - GAP };
      return { key: `${day}-${hour}`, ...place, value, level: levelOf(value, top) };
    }),
  );
  return {
    width,
    height: HEAD + 7 * tall,
    cells,
    labels: [
      ...days.map((day, row): Label => ({
        x: 0,
        y: HEAD + (row + 0.68) * tall,
        text: dayNames[day] ?? "",
        anchor: "start",
      })),
      ...HOUR_LABELS.map((hour): Label => ({
        x: SIDE + hour * cell,
        y: HEAD - 6,
        text: hourName(hour),
        anchor: "start",
      })),
    ],
    stride: HOURS,
    top,
  };
}

export interface WeekWords {
  width: number;
  firstWeekday: number;
  /** Monday first. */
  dayNames: readonly string[];
  hourName: (hour: number) => string;
}

export interface CalendarWords {
  width: number;
  firstWeekday: number;
  monthName: (month: DayKey) => string;
  /** Monday first. */
  dayNames: readonly string[];
}

const [BLOCK_GAP, LEAST_BLOCK, MOST_BLOCK] = [14, 96, 210] as const;
/** A month by itself has larger days, with their number in them. */
const [MOST_SINGLE, LEAST_WRITTEN, MOST_TALL] = [700, 24, 38] as const;
const WEEKS = 6;

/** How many months stand side by side, and how wide each is. */
export function blocksIn(width: number, months: number): { columns: number; block: number } {
  const fitting = Math.max(1, Math.floor((width + BLOCK_GAP) / (LEAST_BLOCK + BLOCK_GAP)));
  // Rows of equal length look like a calendar; twelve months go by 3, 4 or 6.
  const columns = months > fitting ? ([6, 4, 3, 2].find((count) => count <= fitting) ?? 1) : Math.max(1, months);
  return {
    columns,
    block: Math.min(columns === 1 ? MOST_SINGLE : MOST_BLOCK, (width - (columns - 1) * BLOCK_GAP) / columns),
  };
}

/** How many rows a month takes. */
function weeksOf(month: DayKey, firstWeekday: number): number {
  const days = daysBetween(month, addMonths(month, 1));
  return Math.ceil((((weekdayOf(month) - firstWeekday + 7) % 7) + days) / 7);
}

/** The days from `first` to `last` in blocks of a month; a day without a value did nothing. */
export function layoutCalendar(
  values: ReadonlyMap<DayKey, number>,
  { first, last }: { first: DayKey; last: DayKey },
  { width, firstWeekday, monthName, dayNames }: CalendarWords,
): HeatLayout {
  const months: DayKey[] = [];
  for (let month = monthOf(first); month <= last; month = addMonths(month, 1)) months.push(month);
  const { columns, block } = blocksIn(width, months.length);
  const cell = block / 7;
  // A month by itself takes the weeks that it has.
  const weeks = months.length > 1 ? WEEKS : weeksOf(months[0] ?? first, firstWeekday);
  const high = Math.min(cell, MOST_TALL);
  const tall = HEAD + weeks * high + BLOCK_GAP;
  const top = highest(values.values());
  const cells: Cell[] = [];
  const labels: Label[] = [];
  for (const [place, month] of months.entries()) {
    const [left, upper] = [(place % columns) * (block + BLOCK_GAP), Math.floor(place / columns) * tall];
    if (cell < LEAST_WRITTEN) labels.push({ x: left, y: upper + HEAD - 6, text: monthName(month), anchor: "start" });
    else
      for (let column = 0; column < 7; column++)
        labels.push({
          x: left + (column + 0.5) * cell,
          y: upper + HEAD - 6,
          text: dayNames[(firstWeekday + column) % 7] ?? "",
          anchor: "middle",
        });
    const end = addDays(addMonths(month, 1), -1);
    const indent = (weekdayOf(month) - firstWeekday + 7) % 7;
    for (let day = month > first ? month : first; day <= end && day <= last; day = addDays(day, 1)) {
      const at = indent + daysBetween(month, day);
      const value = values.get(day) ?? 0;
      cells.push({
        key: day,
        x: left + (at % 7) * cell,
        y: upper + HEAD + Math.floor(at / 7) * high,
        width: cell - GAP,
        height: high - GAP,
        value,
        level: levelOf(value, top),
        ...(cell < LEAST_WRITTEN ? {} : { text: String(Number(day.slice(8))) }),
      });
    }
  }
  const rows = Math.ceil(months.length / columns);
  return { width, height: rows * tall - BLOCK_GAP, cells, labels, stride: 7, top };
}

/** The cell under a place on screen, or the nearest one; null where there are none. */
export function cellAt({ cells }: HeatLayout, x: number, y: number): number | null {
  let [found, nearest]: [number | null, number] = [null, Infinity];
  for (const [index, cell] of cells.entries()) {
    const [across, down] = [cell.x + cell.width / 2 - x, cell.y + cell.height / 2 - y];
    const distance = across * across + down * down;
    if (distance < nearest) [found, nearest] = [index, distance];
  }
  return found;
}
