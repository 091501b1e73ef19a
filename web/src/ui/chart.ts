/** How a chart of one value over time is drawn with uPlot: data, axes, colours; knows nothing of what the value means. */
import type uPlot from "uplot";

export interface ChartData {
  /** Seconds since the epoch. */
  times: number[];
  values: (number | null)[];
  limits: (number | null)[] | null;
  /** The first and last second to show; null where the values themselves say so. */
  span: readonly [number, number] | null;
}

export interface Colours {
  line: string;
  fill: string;
  limit: string;
  grid: string;
  text: string;
}

const LEFT_AXIS = 40;
/** Room at the right, so that the newest point is not cut. */
const RIGHT_EDGE = 8;
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400] as const;
/** Whole seconds at the least: a finer tick would repeat the label of the one before it. */
const TICKS_S: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7].map((days) => days * DAY),
];
/** Half the width of a moment written with seconds, less the edge. */
const LABEL_ROOM = 24;
export const PLOT_MARGINS = { left: LEFT_AXIS, right: RIGHT_EDGE } as const;

export const chartRows = ({ times, values, limits }: ChartData): uPlot.AlignedData =>
  limits === null ? [times, values] : [times, values, limits];

/** Canvas needs plain colours; the browser computes them from the tokens. */
export function readColours(element: HTMLElement): Colours {
  const probe = element.ownerDocument.createElement("span");
  element.append(probe);
  const read = (colour: string): string => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const colours = {
    line: read("var(--tone)"),
    fill: read("color-mix(in srgb, var(--tone) 14%, transparent)"),
    limit: read("var(--ink-3)"),
    grid: read("var(--line)"),
    text: read("var(--ink-2)"),
  };
  probe.remove();
  return colours;
}

export interface ChartSetup {
  size: { width: number; height: number };
  colours: Colours;
  /** Writes the moment of a tick; `finely` when ticks are less than a minute apart. */
  writeTime: (seconds: number, finely: boolean) => string;
  /** The span to show now; asked for with every drawing. */
  span: () => ChartData["span"];
  withLimits: boolean;
  /** Told which point the pointer is at, or null when it has left. */
  onPoint: (index: number | null) => void;
}

export function chartOptions({ size, colours, writeTime, span, withLimits, onPoint }: ChartSetup): uPlot.Options {
  const font = "12px system-ui, sans-serif";
  const axis = { stroke: colours.text, font, ticks: { show: false } };
  const limits: uPlot.Series = {
    stroke: colours.limit,
    width: 1.5,
    dash: [4, 4],
    points: { show: false },
    paths: stepped,
  };
  return {
    width: Math.max(80, size.width),
    height: Math.max(80, size.height),
    padding: [10, RIGHT_EDGE, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 8 } },
    scales: {
      x: { time: true, range: (_plot, first, last) => [...(span() ?? [first, last])] as [number, number] },
      y: { range: (_plot, _low, high) => [0, niceTop(high)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 84,
        incrs: [...TICKS_S],
        size: 26,
        values: (plot, ticks) => ticks.map((at) => (isCut(plot, at) ? "" : writeTime(at, isFine(ticks)))),
      },
      { ...axis, grid: { stroke: colours.grid, width: 1 }, size: LEFT_AXIS, space: 38, gap: 4 },
    ],
    series: [
      {},
      { stroke: colours.line, width: 2, fill: colours.fill, points: { show: false }, spanGaps: false },
      ...(withLimits ? [limits] : []),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** Whether the label of a tick would reach over the right edge. */
const isCut = (plot: uPlot, at: number): boolean =>
  plot.valToPos(at, "x") > plot.width - LEFT_AXIS - RIGHT_EDGE - LABEL_ROOM;

const isFine = (ticks: readonly number[]): boolean => (ticks[1] ?? Infinity) - (ticks[0] ?? 0) < 60;

/** The limit holds until the next one, so it is drawn in steps. */
const stepped: uPlot.Series.PathBuilder = (plot, series, from, to) => {
  const path = new Path2D();
  const [times, rows] = [plot.data[0], plot.data[series] ?? []];
  let pen: number | null = null;
  for (let index = from; index <= to; index++) {
    const value = rows[index];
    const x = Math.round(plot.valToPos(times[index] ?? 0, "x", true));
    if (value === null || value === undefined) {
      if (pen !== null) path.lineTo(x, pen);
      pen = null;
      continue;
    }
    const y = Math.round(plot.valToPos(value, "y", true));
    if (pen === null) path.moveTo(x, y);
    else path.lineTo(x, pen);
    path.lineTo(x, y);
    pen = y;
  }
  return { stroke: path, fill: null, clip: null, band: null, gaps: null, flags: 0 } as unknown as uPlot.Series.Paths;
};

/** The end of a value axis: round, a little above the highest value, and never nought. */
export function niceTop(highest: number | null): number {
  if (highest === null || !(highest > 0)) return 1;
  const wanted = highest * 1.08;
  const magnitude = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * magnitude >= wanted) ?? 10;
  return step * magnitude;
}
