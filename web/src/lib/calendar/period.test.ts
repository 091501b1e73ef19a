import { describe, expect, it } from "vitest";
import { addDays } from "./days";
import {
  allSince,
  boundsOf,
  bucketOf,
  lengthOf,
  neighbour,
  type Period,
  periodAround,
  periodFrom,
  periodTitle,
  queryOf,
  rangeOf,
} from "./period";

const MONDAY = 0;
const here = { today: "2026-11-29", beginning: "2026-09-01", firstWeekday: MONDAY };
const asked = (address: string): Period => periodFrom((name) => new URLSearchParams(address).get(name), here);

describe("a period", () => {
  it.each([
    ["day", "2026-11-29", "2026-11-29", "2026-11-29"],
    ["week", "2026-11-29", "2026-11-23", "2026-11-29"],
    ["month", "2026-02-10", "2026-02-01", "2026-02-28"],
    ["year", "2024-02-29", "2024-01-01", "2024-12-31"],
  ] as const)("the %s of %s is %s to %s", (kind, day, first, last) => {
    expect(periodAround(kind, day, MONDAY)).toEqual({ kind, first, last });
  });

  it("follows the week of the locale", () => {
    expect(periodAround("week", "2026-11-28", 6)).toMatchObject({ first: "2026-11-22", last: "2026-11-28" });
  });

  it.each(["day", "week", "month", "year"] as const)("of %s and its neighbours leave no day out", (kind) => {
    const period = periodAround(kind, "2026-03-29", MONDAY);
    const before = neighbour(period, -1, MONDAY);
    const after = neighbour(period, 1, MONDAY);
    expect(addDays(before?.last ?? "", 1)).toBe(period.first);
    expect(addDays(period.last, 1)).toBe(after?.first);
    expect(neighbour(after as Period, -1, MONDAY)).toEqual(period);
  });

  it("of any range has a neighbour as long as itself; all there is has none", () => {
    expect(neighbour(rangeOf("2026-03-10", "2026-03-01"), -1, MONDAY)).toEqual(rangeOf("2026-02-19", "2026-02-28"));
    expect(neighbour(allSince("2026-01-01", "2026-02-01"), 1, MONDAY)).toBeNull();
  });

  it.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
    ["2026-11-29", 24],
  ])("%s has %d hours in Bucharest", (day, hours) => {
    const { from, to } = boundsOf(rangeOf(day, day), "Europe/Bucharest");
    expect((to.getTime() - from.getTime()) / 3_600_000).toBe(hours);
  });

  it.each([
    [1, "hour"],
    [7, "day"],
    [31, "day"],
    [62, "day"],
    [92, "month"],
    [366, "month"],
    [1_461, "year"],
  ])("of %d days is drawn by the %s", (days, bucket) => {
    const period = rangeOf("2026-01-01", addDays("2026-01-01", days - 1));
    expect(lengthOf(period)).toBe(days);
    expect(bucketOf(period)).toBe(bucket);
  });
});

describe("the address", () => {
  it.each([
    ["", "month", "2026-11-01", "2026-11-30"],
    ["period=nonsense", "month", "2026-11-01", "2026-11-30"],
    ["period=day", "day", "2026-11-29", "2026-11-29"],
    ["period=week&day=2026-03-29", "week", "2026-03-23", "2026-03-29"],
    ["period=year&day=oops", "year", "2026-01-01", "2026-12-31"],
    ["period=all", "all", "2026-09-01", "2026-11-29"],
    ["period=range&from=2026-03-10&to=2026-03-01", "range", "2026-03-01", "2026-03-10"],
    ["period=range&from=2026-03-10", "month", "2026-11-01", "2026-11-30"],
  ])("'%s' means %s from %s to %s", (address, kind, first, last) => {
    expect(asked(address)).toEqual({ kind, first, last });
  });

  it.each(["", "period=day&day=2026-03-01", "period=year", "period=all", "period=range&from=2026-03-01&to=2026-03-02"])(
    "reads back what it wrote for '%s'",
    (address) => {
      const period = asked(address);
      const said = Object.entries(queryOf(period, here.today)).filter((pair): pair is [string, string] => !!pair[1]);
      expect(asked(new URLSearchParams(said).toString())).toEqual(period);
      expect(new URLSearchParams(said).toString()).toBe(address);
    },
  );
});

it.each([
  ["day", "Sun, 29 November 2026"],
  ["month", "November 2026"],
  ["year", "2026"],
] as const)("a %s is written %s", (kind, text) => {
  expect(periodTitle(periodAround(kind, "2026-11-29", MONDAY), "en-GB")).toBe(text);
});

it("writes both ends of a range", () => {
  expect(periodTitle(rangeOf("2026-02-27", "2026-03-02"), "en-GB")).toMatch(/27 Feb\w*\s*–\s*2 Mar\w* 2026/);
});
