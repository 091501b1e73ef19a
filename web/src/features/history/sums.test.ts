import { describe, expect, it } from "vitest";
import { bucket, eur, history, totals } from "../../testing/history";
import { averageOf, barsOf, groupsFor, leadsTo, namesOf, seriesOf, valuesOf } from "./bars";
import { changeOf, TILES } from "./tiles";
import { byDay, byHourOfWeek, lastDays, pieces, strongest } from "./week";

const words = { source: (id: string): string => id.toUpperCase(), nobody: "Nobody", others: "Others" };
const part = (energy_wh: number, amount?: string) => ({ energy_wh, cost: amount === undefined ? null : eur(amount) });
const bucharest = { locale: "en-GB", timeZone: "Europe/Bucharest" };

describe("series", () => {
  it("of sources keep their colours", () => {
    expect(seriesOf(history(), words)).toEqual([
      { id: "grid", label: "GRID", tone: "grey" },
      { id: "solar", label: "SOLAR", tone: "yellow" },
      { id: "battery", label: "BATTERY", tone: "teal" },
    ]);
  });

  it("name what belongs to nobody, and what has no name by its id", () => {
    const groups = [
      { id: "", label: "", energy_wh: 0, cost: null, sessions: 0 },
      { id: "u1", label: "", energy_wh: 0, cost: null, sessions: 0 },
    ];
    expect(seriesOf({ group: "user", groups }, words).map(({ label }) => label)).toEqual(["Nobody", "u1"]);
  });

  it("beyond the last colour become one, and lose no energy", () => {
    const ids = Array.from({ length: 9 }, (_, place) => `c${place}`);
    const groups = ids.map((id) => ({ id, label: id, energy_wh: 0, cost: null, sessions: 0 }));
    const series = seriesOf({ group: "charger", groups }, words);
    expect(series).toHaveLength(6);
    expect(series.at(-1)).toMatchObject({ label: "Others", tone: "grey" });
    const parts = Object.fromEntries(ids.map((id) => [id, part(1000)]));
    const hour = bucket("2026-11-01T00:00:00Z", { energy_wh: 9000, parts });
    expect(valuesOf(hour, series, "energy")).toEqual([1, 1, 1, 1, 1, 4]);
  });
});

describe("bars", () => {
  const day = bucket("2026-11-01T00:00:00Z", {
    energy_wh: 10_000,
    cost: eur("2.50"),
    parts: { grid: part(6_000), solar: part(4_000) },
  });
  const view = { bucket: "day", kind: "month", place: { locale: "en-GB", timeZone: "UTC" } } as const;

  it("stack energy by source", () => {
    const data = history({ buckets: [day] });
    expect(barsOf(data, seriesOf(data, words), "energy", view)[0]?.values).toEqual([6, 4, 0]);
  });

  it("of money are whole where sources are the groups, with the average price over them", () => {
    const data = history({ buckets: [day] });
    expect(barsOf(data, seriesOf(data, words), "cost", view)[0]).toMatchObject({ values: [2.5], line: 0.25 });
  });

  it("of money are stacked by charger", () => {
    const parts = { a: part(6_000, "1.50"), b: part(4_000, "1.00") };
    const data = history({
      group: "charger",
      groups: ["a", "b"].map((id) => ({ id, label: id, energy_wh: 0, cost: null, sessions: 0 })),
      buckets: [{ ...day, parts }],
    });
    expect(barsOf(data, seriesOf(data, words), "cost", view)[0]?.values).toEqual([1.5, 1]);
  });

  it.each([
    [eur("1.00"), 4_000, 0.25],
    [eur("-1.00"), 4_000, -0.25],
    [eur("1.00"), 0, null],
    [null, 4_000, null],
  ])("that cost %o for %d Wh have the average %s", (cost, energy_wh, average) => {
    expect(averageOf(bucket("2026-11-01T00:00:00Z", { cost, energy_wh }))).toBe(average);
  });

  it.each([
    ["hour", "day", "2026-11-28T22:00:00Z", "0", "00:00 – 01:00"],
    ["hour", "range", "2026-11-28T22:00:00Z", "0", "29 Nov, 00:00 – 01:00"],
    ["day", "month", "2026-11-28T22:00:00Z", "29", "Sun 29 Nov"],
    ["day", "week", "2026-11-28T22:00:00Z", "Sun", "Sun 29 Nov"],
    ["week", "range", "2026-11-22T22:00:00Z", "23/11", "23 Nov 2026"],
    ["month", "year", "2026-10-31T22:00:00Z", "Nov", "November 2026"],
    ["year", "all", "2025-12-31T22:00:00Z", "2026", "2026"],
  ] as const)("of a %s in a %s are named by the clock of the place", (unit, kind, start, label, title) => {
    expect(namesOf(bucket(start), { bucket: unit, kind }, bucharest)).toEqual({ label, title });
  });

  it("lead to the period that they stand for", () => {
    expect(leadsTo("day", "2026-11-28T22:00:00Z", bucharest.timeZone)).toEqual({ period: "day", day: "2026-11-29" });
    expect(leadsTo("month", "2026-10-31T22:00:00Z", bucharest.timeZone)).toEqual({
      period: "month",
      day: "2026-11-01",
    });
    expect(leadsTo("hour", "2026-11-28T22:00:00Z", bucharest.timeZone)).toBeNull();
  });

  it("are grouped only by what there is more than one of", () => {
    expect(groupsFor({ chargers: 1, users: false, stations: 1 })).toEqual(["source"]);
    expect(groupsFor({ chargers: 2, users: true, stations: 2 })).toEqual(["source", "charger", "user", "station"]);
  });
});

describe("the heat maps", () => {
  it("add the hours of the week up by the clock on the wall", () => {
    const hours = ["2026-11-28T22:00:00Z", "2026-11-21T22:00:00Z", "2026-11-23T13:00:00Z"].map((start) =>
      bucket(start, { energy_wh: 500 }),
    );
    const sums = byHourOfWeek(hours, bucharest.timeZone);
    expect(sums[6 * 24]).toBe(1_000);
    expect(sums[15]).toBe(500);
    expect(sums.reduce((sum, value) => sum + value)).toBe(1_500);
    expect(strongest(sums)).toBe(6 * 24);
    expect(strongest([0, 0])).toBeNull();
  });

  it("know days by their calendar", () => {
    expect([...byDay([bucket("2026-11-28T22:00:00Z", { energy_wh: 7 })], bucharest.timeZone)]).toEqual([
      ["2026-11-29", 7],
    ]);
  });

  it.each([
    ["2026-11-01", "2026-11-30", 180, "2026-11-01", "2026-11-29"],
    ["2026-01-01", "2026-12-31", 180, "2026-06-03", "2026-11-29"],
    ["2025-01-01", "2025-01-31", 10, "2025-01-22", "2025-01-31"],
  ])("of %s to %s show at most %d days", (first, last, most, from, to) => {
    expect(lastDays({ first, last }, "2026-11-29", most)).toEqual({ first: from, last: to });
  });

  it("ask for hours in pieces that leave none out", () => {
    const asked = pieces({ first: "2026-06-03", last: "2026-11-29" }, bucharest.timeZone);
    expect(asked).toHaveLength(3);
    expect(asked[0]?.to).toEqual(asked[1]?.from);
    expect(asked.at(-1)?.to.toISOString()).toBe("2026-11-29T22:00:00.000Z");
  });
});

describe("a change since the period before", () => {
  it.each([
    ["energy", { energy_wh: 120_000 }, { ratio: 0.2, direction: "up" }],
    ["cost", { cost: eur("10.00") }, { ratio: -0.5, direction: "down" }],
    ["sessions", { sessions: 8 }, { ratio: 0, direction: "same" }],
    ["time", { charging_time_s: 72_000 }, { ratio: 1, direction: "up" }],
    ["solar", { solar_ratio: 0.5 }, { ratio: 0.1, direction: "up" }],
    ["price", { average_price: eur("0.1000") }, { ratio: -0.5, direction: "down" }],
  ] as const)("of %s is known", (tile, changes, change) => {
    const found = changeOf(tile, totals(changes), totals());
    expect(found?.direction).toBe(change.direction);
    expect(found?.ratio).toBeCloseTo(change.ratio);
  });

  it("is not known where either is missing or there was nothing", () => {
    const nothing = totals({
      energy_wh: 0,
      cost: null,
      sessions: 0,
      charging_time_s: 0,
      solar_ratio: null,
      average_price: null,
    });
    expect(TILES.map((tile) => changeOf(tile, totals(), nothing))).toEqual(TILES.map(() => null));
    expect(changeOf("cost", nothing, totals())).toBeNull();
  });
});
