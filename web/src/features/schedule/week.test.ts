import { describe, expect, it } from "vitest";
import type { Schedule } from "$lib/api/types";
import { dayNames, week } from "./week";

const rule = (changes: Partial<Schedule>): Schedule => ({
  id: "r",
  charger_id: "garage",
  kind: "allowed",
  weekdays: ["mon"],
  date: null,
  start: "22:00",
  end: "06:00",
  ready_by: null,
  energy_wh: null,
  enabled: true,
  ...changes,
});

describe("the week", () => {
  it("draws hours that go on after midnight on both days", () => {
    const [monday, tuesday, wednesday] = week([rule({})]);
    expect(monday?.bands).toEqual([{ kind: "allowed", from: 22 / 24, to: 1 }]);
    expect(tuesday?.bands).toEqual([{ kind: "allowed", from: 0, to: 0.25 }]);
    expect(wednesday).toMatchObject({ bands: [], closed: true });
  });

  it("draws a whole day, and what is forbidden above what is allowed", () => {
    const [monday] = week([
      rule({ kind: "forbidden", start: "12:00", end: "13:00" }),
      rule({ start: "00:00", end: "00:00" }),
    ]);
    expect(monday?.bands.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ["allowed", 0, 1],
      ["forbidden", 0.5, 13 / 24],
    ]);
  });

  it("marks departures, and leaves out what is switched off or of one date", () => {
    const departure = rule({ kind: "departure", start: null, end: null, ready_by: "06:00", energy_wh: 1 });
    const [monday] = week([departure, rule({ enabled: false }), rule({ date: "2026-12-24", weekdays: [] })]);
    expect(monday).toEqual({ day: "mon", bands: [], departures: [0.25], closed: false });
  });

  it.each([
    [["mon", "tue", "wed", "thu", "fri"], "Mon – Fri"],
    [["sat", "sun"], "Sat, Sun"],
    [["sun", "mon", "tue", "wed"], "Mon – Wed, Sun"],
    [[], ""],
  ])("names %s", (days, words) => {
    expect(dayNames("en", days)).toBe(words);
  });
});
