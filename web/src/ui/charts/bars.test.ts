import { describe, expect, it } from "vitest";
import { axisFor, digitsOf, placeOn } from "./axis";
import { type Bar, barAt, labelStep, layoutBars, MARGIN, totalOf, totalOfAll } from "./bars";
import { MOST_SERIES, toneInLine, toneOfSource } from "./tones";

describe("an axis", () => {
  it.each([
    [[], [0, 1]],
    [
      [0, 0],
      [0, 1],
    ],
    [[7.3], [0, 2, 4, 6, 8]],
    [[100], [0, 25, 50, 75, 100]],
    [[0.31], [0, 0.1, 0.2, 0.3, 0.4]],
    [
      [-3, 9],
      [-5, 0, 5, 10],
    ],
    [[-2], [-2, -1.5, -1, -0.5, 0]],
  ])("for %j has the ticks %j", (values, ticks) => {
    expect(axisFor(values).ticks).toEqual(ticks);
  });

  it("holds every value and nought", () => {
    for (let value = 0.0013; value < 1e7; value *= 1.7) {
      const { low, high, ticks } = axisFor([value, -value / 3]);
      expect(low).toBeLessThanOrEqual(-value / 3);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(ticks).toContain(0);
      expect(new Set(ticks.map((tick) => tick.toFixed(digitsOf({ low, high, ticks })))).size).toBe(ticks.length);
    }
  });

  it("grows upwards", () => {
    const axis = axisFor([10]);
    expect(placeOn(axis, 0, 8, 108)).toBe(108);
    expect(placeOn(axis, axis.high, 8, 108)).toBe(8);
  });
});

const bar = (key: string, values: number[], line?: number | null): Bar => ({
  key,
  label: key,
  title: key,
  values,
  ...(line === undefined ? {} : { line }),
});
const size = { width: 344, height: 230 };

describe("bars", () => {
  it("stack their series from nought up, and what is negative down", () => {
    const { columns, zero } = layoutBars([bar("a", [10, 30]), bar("b", [20, -10])], size);
    const [one, other] = [columns[0]?.segments ?? [], columns[1]?.segments ?? []];
    expect(one.map(({ series }) => series)).toEqual([0, 1]);
    expect((one[0]?.y ?? 0) + (one[0]?.height ?? 0)).toBeCloseTo(zero);
    expect((one[1]?.y ?? 0) + (one[1]?.height ?? 0)).toBeCloseTo(one[0]?.y ?? 0);
    expect((one[1]?.height ?? 0) / (one[0]?.height ?? 1)).toBeCloseTo(3);
    expect(other[1]?.y).toBeCloseTo(zero);
  });

  it("draw nothing for nought", () => {
    expect(layoutBars([bar("a", [0, 5])], size).columns[0]?.segments).toHaveLength(1);
  });

  it.each([1, 2, 7, 31, 366])("%d of them stay inside and never overlap", (count) => {
    const { columns } = layoutBars(
      Array.from({ length: count }, (_, place) => bar(String(place), [place])),
      size,
    );
    for (const [place, { x, width }] of columns.entries()) {
      expect(x).toBeGreaterThanOrEqual(MARGIN.left - 0.5);
      expect(x + width).toBeLessThanOrEqual(size.width - MARGIN.right + 0.5);
      const next = columns[place + 1];
      if (next !== undefined && count < 200) expect(x + width).toBeLessThan(next.x);
    }
  });

  it("are none without data", () => {
    expect(layoutBars([], size).columns).toEqual([]);
    expect(barAt(layoutBars([], size), 10)).toBeNull();
  });

  it("are found by the pointer, also beyond the ends", () => {
    const layout = layoutBars([bar("a", [1]), bar("b", [1]), bar("c", [1])], size);
    expect([0, MARGIN.left + 1, 190, 999].map((x) => barAt(layout, x))).toEqual([0, 0, 1, 2]);
  });

  it("leave labels out rather than let them touch", () => {
    expect(labelStep(["Jan", "Feb"], 100)).toBe(1);
    expect(labelStep(["10", "11"], 10)).toBe(3);
    const many = Array.from({ length: 31 }, (_, place) => bar(String(place + 1), [1]));
    const labels = layoutBars(many, size).columns.flatMap(({ label }) => (label === null ? [] : [label]));
    expect(labels).toEqual(["1", "4", "7", "10", "13", "16", "19", "22", "25", "28", "31"]);
  });

  it("carry a line that breaks where nothing is known", () => {
    const { line, lineAxis, lineTicks } = layoutBars(
      [bar("a", [1], 0.2), bar("b", [1], null), bar("c", [1], 0.3), bar("d", [1], 0.1)],
      size,
    );
    expect(line.map((piece) => piece.length)).toEqual([1, 2]);
    expect(lineAxis?.high).toBe(0.3);
    expect(lineTicks.map(({ value }) => value)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(layoutBars([bar("a", [1])], size).lineAxis).toBeNull();
  });
});

it("sources keep their colours, and the rest is grey when colours are used up", () => {
  expect(["solar", "grid", "battery"].map(toneOfSource)).toEqual(["yellow", "grey", "teal"]);
  expect(toneInLine(MOST_SERIES)).toBe("grey");
});

it("adds parts up to what they come to, for a reader who counts along", () => {
  const parts = [20.101, 8.409, 0.005];
  expect(parts.reduce((sum, one) => sum + one, 0)).not.toBe(28.515);
  expect(totalOf({ values: parts })).toBe(28.515);
  expect(totalOfAll([{ values: parts }, { values: [0.1, 0.2] }])).toBe(28.815);
});
