import { ProblemError } from "$lib/api/problem";
import { describe, expect, it } from "vitest";
import { age, clock, spoken } from "./duration";
import { day, dayKey, time } from "./moment";
import { money } from "./money";
import { sentence } from "./words";
import { current, energy, percent, plain, power, ratio, temperature } from "./quantity";

const written = (parts: { value: string; unit: string }): string => plain(parts);

describe("quantities", () => {
  it.each([
    [0, "0.00 kW"],
    [-0.001, "0.00 kW"],
    [7360, "7.36 kW"],
    [9994, "9.99 kW"],
    [9999, "10.0 kW"],
    [22_080, "22.1 kW"],
    [null, "– kW"],
  ])("%d W is %s", (watts, text) => {
    expect(written(power("en", watts))).toBe(text);
  });

  it.each([
    ["energy", energy("en", 5123), "5.12 kWh"],
    ["energy, long", energy("en", 1_861_119), "1,861.12 kWh"],
    ["energy in German", energy("de", 5123), "5,12 kWh"],
    ["current", current("en", 12.6), "13 A"],
    ["temperature", temperature("en", 31.46, "metric"), "31.5 °C"],
    ["temperature in the other degrees", temperature("en", 31.5, "imperial"), "88.7 °F"],
    ["a temperature that is not known", temperature("en", null, "imperial"), "– °F"],
    ["a ratio has no unit", ratio("en", 0.987), "0.99"],
  ])("%s", (_name, parts, text) => {
    expect(written(parts)).toBe(text);
  });
});

it("writes shares as percent", () => {
  expect(percent("en", 0.423)).toBe("42%");
});

describe("durations", () => {
  it.each([
    [0, "0:00:00"],
    [-5, "0:00:00"],
    [2410.9, "0:40:10"],
    [36_000, "10:00:00"],
  ])("%d s on a clock is %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  it.each([
    [-3, { count: 0, unit: "second" }],
    [59.9, { count: 59, unit: "second" }],
    [60, { count: 1, unit: "minute" }],
    [3_600, { count: 1, unit: "hour" }],
    [200_000, { count: 2, unit: "day" }],
  ])("an age of %d s is %o", (seconds, parts) => {
    expect(age(seconds)).toEqual(parts);
  });

  it.each([
    [0, "0s"],
    [20, "20s"],
    [59.9, "59s"],
    [60, "1m"],
    [2_400, "40m"],
    [7_200, "2h"],
    [8_100, "2h 15m"],
  ])("%d s is spoken as %s", (seconds, text) => {
    expect(spoken("en", seconds)).toBe(text);
  });

  it("are spoken by the symbols of the units in other languages", () => {
    expect(["de", "ro", "fr"].map((locale) => spoken(locale, 8_100).replaceAll("\u00a0", " "))).toEqual(
      Array.from({ length: 3 }, () => "2 h 15 min"),
    );
    expect(spoken("it", 20)).toBe("20\u00a0s");
  });
});

describe("moments", () => {
  const bucharest = { locale: "en-GB", timeZone: "Europe/Bucharest" };
  const lateEvening = new Date("2026-03-28T22:30:00Z");

  it("belong to the day of the time zone, not of UTC", () => {
    expect(dayKey(bucharest, lateEvening)).toBe("2026-03-29");
    expect(time(bucharest, lateEvening)).toBe("00:30");
  });

  it("name the year only when it is another one", () => {
    expect(day(bucharest, lateEvening, new Date("2026-06-01T00:00:00Z"))).not.toContain("2026");
    expect(day(bucharest, lateEvening, new Date("2027-01-02T00:00:00Z"))).toContain("2026");
  });
});

it("writes money by locale without passing through a float", () => {
  expect(money("en", { amount: "1.23", currency: "EUR" })).toBe("€1.23");
  expect(money("de", { amount: "1234.50", currency: "EUR" })).toBe("1.234,50\u00a0€");
});

describe("sentence", () => {
  it("is the server's own", () => {
    const locked = new ProblemError(409, { code: "charger_locked", detail: "Garage is locked; unlock it first" });
    expect(sentence(locked)).toBe("Garage is locked; unlock it first");
  });

  it("is ours where something else than the server has answered, or nobody", () => {
    expect(sentence(new ProblemError(0))).toBe("The server does not answer.");
    expect(sentence(new ProblemError(502))).toBe("That did not work (http_502).");
  });
});
