import { describe, expect, it } from "vitest";
import type { Sample } from "$lib/api/types";
import { charger } from "../../testing/resources";
import { beginning, chargedMinutes, extent, fromSamples, grown, line, type Point, since, withLive } from "./series";

const sample = (changes: Partial<Sample>): Sample => ({
  at: "2026-03-01T10:00:00Z",
  power_w: 0,
  energy_wh: 0,
  current_a: [],
  voltage_v: [],
  temperature_c: null,
  limit_a: null,
  ...changes,
});
const point = (at: number, powerW: number | null): Point => ({ at, powerW, energyWh: null, limitW: null });

describe("fromSamples", () => {
  it("turns the limit into power on the phases in use", () => {
    const three = sample({ limit_a: 16, current_a: [15, 15, 15], voltage_v: [230, 231, 229] });
    const one = sample({ limit_a: 16, current_a: [15, 0, 0], voltage_v: [230, 230, 230] });
    expect(fromSamples([three, one]).map((found) => found.limitW)).toEqual([16 * 3 * 231, 16 * 230]);
  });

  it("assumes one phase at nominal voltage when nothing is measured", () => {
    expect(fromSamples([sample({ limit_a: 10 })])[0]?.limitW).toBe(2300);
    expect(fromSamples([sample({})])[0]?.limitW).toBeNull();
  });
});

describe("withLive", () => {
  it("appends a new report and ignores one it has", () => {
    const first = withLive([], charger());
    expect(first).toHaveLength(1);
    expect(withLive(first, charger())).toBe(first);
    expect(withLive(first, charger({ updated_at: "2026-03-01T10:40:12Z" }))).toHaveLength(2);
  });

  it("has nothing to append without a power reading", () => {
    expect(withLive([], charger({ power_w: null }))).toEqual([]);
  });
});

describe("grown", () => {
  it.each([
    ["a session counter", [0, 100, 250], [0, 100, 250]],
    ["a meter register", [5000, 5100, 5250], [0, 100, 250]],
    ["two sessions", [900, 1000, 0, 50], [0, 100, 100, 150]],
    ["a gap", [10, null, 30], [0, null, 20]],
    ["nothing", [], []],
  ] as [string, (number | null)[], (number | null)[]][])("%s", (_name, registers, expected) => {
    expect(grown(registers)).toEqual(expected);
  });
});

describe("chargedMinutes", () => {
  it("counts while energy flows and skips a gap in the measurements", () => {
    const points = [
      point(0, 7000),
      point(60, 7000),
      point(120, 0),
      point(180, 7000),
      point(4000, 7000),
      point(4060, 0),
    ];
    expect(chargedMinutes(points)).toEqual([0, 1, 2, 2, 2, 3]);
  });
});

describe("spans", () => {
  const now = Date.parse("2026-03-01T11:00:00Z");
  it("begin where they should", () => {
    expect(beginning("15m", charger(), now)).toBe(now / 1000 - 900);
    expect(beginning("24h", charger(), now)).toBe(now / 1000 - 86_400);
    expect(beginning("session", charger(), now)).toBe(Date.parse("2026-03-01T10:00:00Z") / 1000);
    expect(beginning("session", charger({ session: null }), now)).toBeNull();
  });

  it("drop what lies before", () => {
    expect(since([point(1, 0), point(2, 0)], 2).map((kept) => kept.at)).toEqual([2]);
  });
});

it("draws every kind in its unit", () => {
  const points: Point[] = [
    { at: 0, powerW: 7000, energyWh: 1000, limitW: 11_000 },
    { at: 60, powerW: null, energyWh: 1500, limitW: null },
  ];
  expect(line("power", points)).toEqual({ times: [0, 60], values: [7, null], limits: [11, null] });
  expect(line("energy", points)).toEqual({ times: [0, 60], values: [0, 0.5], limits: null });
  expect(line("time", points).values).toEqual([0, 1]);
});

it("sums up values for words", () => {
  expect(extent([null, 3, 1, 2, null])).toEqual({ last: 2, lowest: 1, highest: 3 });
  expect(extent([null])).toBeNull();
});
