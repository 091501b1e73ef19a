import { describe, expect, it } from "vitest";
import { MARGIN } from "./bars";
import { dearness, layoutSteps, type Slot, slotAt } from "./steps";

const HOUR = 3_600_000;
const hourly = (...values: number[]): Slot[] =>
  values.map((value, hour) => ({ from: hour * HOUR, to: (hour + 1) * HOUR, value }));
const hourOf = (at: number): number => Math.floor(at / HOUR) % 24;

describe("dearness", () => {
  it.each([
    [
      [1, 2, 3],
      [0, 1, 2],
    ],
    [
      [5, 5, 5],
      [1, 1, 1],
    ],
    [
      [-1, 0, 0.1, 0.2, 0.5, 0.6],
      [0, 0, 1, 1, 2, 2],
    ],
    [
      [0.25, 0.25, 0.25, 0.32, 0.42],
      [0, 0, 0, 1, 2],
    ],
    [[], []],
  ])("of %j is %j", (values, levels) => {
    expect(dearness(hourly(...values))).toEqual(levels);
  });
});

describe("steps over time", () => {
  const size = { width: 344, height: 160 };

  it("fill the time from edge to edge", () => {
    const slots = hourly(...Array.from({ length: 48 }, (_, hour) => hour));
    const layout = layoutSteps(slots, { from: 0, to: 48 * HOUR }, size, hourOf);
    expect(layout.slots[0]?.x).toBe(MARGIN.left);
    const last = layout.slots.at(-1);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(size.width - MARGIN.right);
  });

  it("hang from nought when a price is negative", () => {
    const { slots, zero } = layoutSteps(hourly(-2, 2), { from: 0, to: 2 * HOUR }, size, hourOf);
    expect(slots[0]?.y).toBeCloseTo(zero);
    expect((slots[1]?.y ?? 0) + (slots[1]?.height ?? 0)).toBeCloseTo(zero);
  });

  it("are cut at both ends of the time", () => {
    const { slots, place } = layoutSteps(hourly(1, 1, 1), { from: HOUR / 2, to: 2.5 * HOUR }, size, hourOf);
    expect(slots[0]?.width).toBeCloseTo((slots[1]?.width ?? 0) / 2);
    expect(place(HOUR / 2)).toBe(MARGIN.left);
  });

  it("write as many times as fit, on even hours of the wall", () => {
    const { times } = layoutSteps(hourly(1), { from: 0, to: 48 * HOUR }, size, hourOf);
    expect(times.map(({ at }) => at / HOUR)).toEqual([0, 12, 24, 36]);
  });

  it("are found by the instant, also beyond the ends", () => {
    const slots = hourly(1, 2, 3);
    expect([-1, 0, HOUR, 2.5 * HOUR, 9 * HOUR].map((at) => slotAt(slots, at))).toEqual([0, 0, 1, 2, 2]);
    expect(slotAt([], 0)).toBeNull();
  });
});
