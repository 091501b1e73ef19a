/** The picture of what flows: which parts are in it, where they stand, how their lines run and how fast; pure. */
import type { EnergyFlow } from "$lib/api/types";
import { type Flow, flow } from "$lib/device/flow";

export const PARTS = ["solar", "grid", "battery", "house", "chargers"] as const;
export type Part = (typeof PARTS)[number];

/** Towards the middle, away from it, standing still, or not known. */
export type Direction = "in" | "out" | "still" | "unknown";

export interface Line {
  part: Part;
  watts: number | null;
  direction: Direction;
  /** Corner of the part's box. */
  x: number;
  y: number;
  /** From the box to the middle. */
  path: string;
  /** Halfway along it, and which way energy goes there, in degrees. */
  arrow: { x: number; y: number; angle: number };
  /** Thickness in pixels. */
  width: number;
  /** Pixels a second that the dots move. */
  speed: number;
}

export interface Picture {
  width: number;
  height: number;
  box: { width: number; height: number };
  middle: { x: number; y: number };
  lines: Line[];
}

const CONSUMES: ReadonlySet<Part> = new Set(["house", "chargers"]);
const ALWAYS: ReadonlySet<Part> = new Set(["grid", "house", "chargers"]);

const BOX_HEIGHT = 60;
const GAP = 12;
/** Two boxes and the lines between them must fit a phone. */
const NARROWEST = 280;
const WIDEST_BOX = 168;

/** Sources stand at the left, what uses energy at the right, the main breaker between them. */
export function picture(now: EnergyFlow, available: number): Picture {
  const width = Math.max(NARROWEST, available);
  const box = { width: Math.round(Math.min(WIDEST_BOX, width * 0.36)), height: BOX_HEIGHT };
  const shown = PARTS.filter((part) => ALWAYS.has(part) || now[`${part}_w`] !== null);
  const left = shown.filter((part) => !CONSUMES.has(part));
  const right = shown.filter((part) => CONSUMES.has(part));
  const rows = Math.max(left.length, right.length);
  const height = rows * BOX_HEIGHT + (rows - 1) * GAP;
  const middle = { x: width / 2, y: height / 2 };
  const most = Math.max(...shown.map((part) => Math.abs(now[`${part}_w`] ?? 0)));
  const stand = (parts: readonly Part[], x: number, edge: number): Line[] =>
    parts.map((part, index) => {
      const watts = now[`${part}_w`];
      const y = (height / parts.length) * (index + 0.5);
      const way = direction(part, watts);
      return {
        part,
        watts,
        direction: way,
        x,
        y: y - BOX_HEIGHT / 2,
        path: curve(edge, y, middle),
        arrow: halfway(edge, y, middle, way === "out"),
        width: thickness(watts, most),
        speed: speed(watts),
      };
    });
  return {
    width,
    height,
    box,
    middle,
    lines: [...stand(left, 0, box.width), ...stand(right, width - box.width, width - box.width)],
  };
}

function direction(part: Part, watts: number | null): Direction {
  const way: Record<Flow, Direction> = CONSUMES.has(part)
    ? { import: "out", export: "in", none: "still", unknown: "unknown" }
    : { import: "in", export: "out", none: "still", unknown: "unknown" };
  return way[flow(watts)];
}

/** Leaves the box level and arrives at the middle level, so that lines join like pipes. */
function curve(x: number, y: number, middle: { x: number; y: number }): string {
  const bend = (x + middle.x) / 2;
  return `M ${x} ${y} C ${bend} ${y} ${bend} ${middle.y} ${middle.x} ${middle.y}`;
}

function halfway(x: number, y: number, middle: { x: number; y: number }, away: boolean): Line["arrow"] {
  const inward = (Math.atan2(2 * (middle.y - y), middle.x - x) * 180) / Math.PI;
  return { x: (x + middle.x) / 2, y: (y + middle.y) / 2, angle: away ? inward + 180 : inward };
}

const THINNEST = 3;
const THICKEST = 10;

/** Grows with the root of the power, so that a small load beside a large one can still be seen. */
function thickness(watts: number | null, most: number): number {
  if (watts === null || most === 0) return THINNEST;
  return THINNEST + (THICKEST - THINNEST) * Math.sqrt(Math.abs(watts) / most);
}

const SLOWEST = 14;
const FASTEST = 110;
const PER_KILOWATT = 9;

function speed(watts: number | null): number {
  if (flow(watts) === "none" || watts === null) return 0;
  return Math.min(FASTEST, SLOWEST + (Math.abs(watts) / 1000) * PER_KILOWATT);
}
