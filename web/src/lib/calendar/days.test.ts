import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  daysBetween,
  firstWeekday,
  instantOf,
  isDay,
  midnight,
  wallOf,
  weekdayOf,
  weekOf,
} from "./days";

describe("days", () => {
  it.each([
    ["2026-02-28", 1, "2026-03-01"],
    ["2026-01-01", -1, "2025-12-31"],
    ["2026-03-28", 2, "2026-03-30"],
  ])("%s and %d days is %s", (day, count, other) => {
    expect(addDays(day, count)).toBe(other);
    expect(daysBetween(day, other)).toBe(count);
  });

  it.each([
    ["2026-01-31", 1, "2026-02-28"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2024-02-29", 12, "2025-02-28"],
  ])("%s and %d months is %s", (day, count, other) => {
    expect(addMonths(day, count)).toBe(other);
  });

  it.each([
    ["2026-11-29", true],
    ["2026-02-30", false],
    ["2026-2-3", false],
    ["soon", false],
    [null, false],
  ])("%s is a day: %s", (text, answer) => {
    expect(isDay(text)).toBe(answer);
  });

  it("know their weekday and where their week began", () => {
    expect(weekdayOf("2026-11-29")).toBe(6);
    expect(weekOf("2026-11-29", 0)).toBe("2026-11-23");
    expect(weekOf("2026-11-29", 6)).toBe("2026-11-29");
    expect(weekOf("2026-11-28", 6)).toBe("2026-11-22");
  });
});

describe("midnight", () => {
  it.each([
    ["2026-01-15", "UTC", "2026-01-15T00:00:00.000Z"],
    ["2026-03-29", "Europe/Bucharest", "2026-03-28T22:00:00.000Z"],
    ["2026-03-30", "Europe/Bucharest", "2026-03-29T21:00:00.000Z"],
    ["2026-10-25", "Europe/Bucharest", "2026-10-24T21:00:00.000Z"],
    ["2026-10-26", "Europe/Bucharest", "2026-10-25T22:00:00.000Z"],
    ["2026-07-01", "America/Los_Angeles", "2026-07-01T07:00:00.000Z"],
    ["2026-07-01", "Pacific/Kiritimati", "2026-06-30T10:00:00.000Z"],
    // Here the clocks go forward at midnight, so the day begins at one.
    ["2026-09-06", "America/Santiago", "2026-09-06T04:00:00.000Z"],
    // Here they go back at midnight to 23:00: the day begins at the only midnight.
    ["2026-04-05", "America/Santiago", "2026-04-05T04:00:00.000Z"],
  ])("%s in %s begins at %s", (day, zone, instant) => {
    expect(midnight(day, zone).toISOString()).toBe(instant);
  });

  it("is what the wall reads back, for every day of two years", () => {
    for (const zone of ["Europe/Bucharest", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
      for (let day = "2026-01-01"; day < "2028-01-01"; day = addDays(day, 1)) {
        expect(wallOf(midnight(day, zone), zone)).toEqual({ day, hour: 0, minute: 0 });
      }
    }
  });
});

it.each([
  ["de-DE", 0],
  ["en-GB", 0],
  ["en-US", 6],
])("a week in %s begins with %d", (locale, weekday) => {
  expect(firstWeekday(locale)).toBe(weekday);
});

it.each([
  ["2026-11-29T07:30", "2026-11-29T05:30:00.000Z"],
  // Twice on the wall: the first time, still in summer time.
  ["2026-10-25T03:30", "2026-10-25T00:30:00.000Z"],
  // Left out: the clocks went from three to four.
  ["2026-03-29T03:30", "2026-03-29T01:30:00.000Z"],
])("%s in Bucharest is %s", (wall, instant) => {
  expect(instantOf(wall, "Europe/Bucharest").toISOString()).toBe(instant);
});
