import { describe, expect, it } from "vitest";
import { splitByDay } from "./midnight";
import { tagsFrom } from "./tags";

const zone = "Europe/Bucharest";
const span = (from: string, to: string, energyWh: number) => ({ from: new Date(from), to: new Date(to), energyWh });

describe("a session over midnight", () => {
  it("counts on each day what flowed on it", () => {
    const points = [
      { at: "2026-11-28T21:00:00Z", energy_wh: 3_000 },
      { at: "2026-11-28T23:00:00Z", energy_wh: 7_000 },
    ];
    const days = splitByDay(points, span("2026-11-28T20:00:00Z", "2026-11-28T23:30:00Z", 8_000), zone);
    expect(days).toEqual([
      { day: "2026-11-28", energyWh: 5_000 },
      { day: "2026-11-29", energyWh: 3_000 },
    ]);
  });

  it("is shared by time where nothing was measured", () => {
    const days = splitByDay([], span("2026-11-28T21:00:00Z", "2026-11-28T23:00:00Z", 4_000), zone);
    expect(days.map(({ energyWh }) => energyWh)).toEqual([2_000, 2_000]);
  });

  it("adds up to the whole over several days, whatever was measured", () => {
    const points = [{ at: "2026-11-29T10:00:00Z", energy_wh: null }];
    const days = splitByDay(points, span("2026-11-27T20:00:00Z", "2026-11-30T05:00:00Z", 30_000), zone);
    expect(days).toHaveLength(4);
    expect(days.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBeCloseTo(30_000);
  });

  it.each([
    ["2026-11-28T08:00:00Z", "2026-11-28T09:00:00Z"],
    ["2026-11-27T22:00:00Z", "2026-11-28T22:00:00Z"],
  ])("is none from %s to %s", (from, to) => {
    expect(splitByDay([], span(from, to, 1), zone)).toEqual([]);
  });
});

it("tags are read once each, without the blanks around them", () => {
  expect(tagsFrom(" work, holiday ,, work")).toEqual(["work", "holiday"]);
  expect(tagsFrom("")).toEqual([]);
});
