import { describe, expect, it } from "vitest";
import type { TariffTerms } from "$lib/api/types";
import { decimal, shifted, toPercent, toRatio } from "$lib/format/decimal";
import { DAYS, type Draft, draftOf, emptyDraft, newBand, PARTS, termsOf, usesMore } from "./draft";
import { faultsOf } from "./faults";

describe("amounts", () => {
  it.each([
    ["0.2875", "0.2875"],
    ["0,28", "0.28"],
    [" 1 000,5 ", "1000.5"],
    [".5", "0.5"],
    ["007", "7"],
    ["-0.02", "-0.02"],
    ["-0.00", "0"],
    ["", null],
    ["1,2,3", null],
    ["twelve", null],
  ])("'%s' is %s", (text, value) => {
    expect(decimal(text)).toBe(value);
  });

  it.each([
    ["19", -2, "0.19"],
    ["7.7", -2, "0.077"],
    ["0", -2, "0"],
    ["100", -2, "1"],
    ["0.19", 2, "19"],
    ["0.055", 2, "5.5"],
    ["1", 2, "100"],
    ["-0.5", 1, "-5"],
  ])("%s with its point moved by %d is %s", (value, places, text) => {
    expect(shifted(value, places)).toBe(text);
  });

  it("percent and share are two ways to write one number", () => {
    for (const percent of ["0", "1", "5.5", "19", "21", "100"]) expect(toPercent(toRatio(percent))).toBe(percent);
  });
});

const spot: TariffTerms = {
  currency: "EUR",
  decimals: 2,
  energy: { kind: "spot", factor: "1", add_per_kwh: "0.015", fallback_per_kwh: "0.1", slot_min: 15 },
  source: { kind: "energy_charts", area: "DE-LU" },
  grid_fee: {
    kind: "time_of_use",
    price_per_kwh: "0.08",
    bands: [
      {
        price_per_kwh: "0.03",
        start: "22:00",
        end: "06:00",
        days: [...DAYS],
        season: { first: "11-01", last: "03-31" },
      },
    ],
    knows_holidays: true,
  },
  tiers: [{ above_kwh: "300", add_per_kwh: "0.02" }],
  fees: [{ name: "Meter", per_kwh: "0", per_day: "0.12" }],
  demand: { per_kw: "4.5", least_kw: "2" },
  taxes: [
    { name: "Energy tax", per_kwh: "0.0205", ratio: "0", on: [] },
    { name: "VAT", per_kwh: "0", ratio: "0.19", on: [...PARTS] },
  ],
  feed_in: { kind: "fixed", price_per_kwh: "0.08" },
  battery: null,
  flat_price_per_kwh: "0.32",
  holidays: { country: "DE", subdivision: "BY" },
};

describe("a draft", () => {
  it("of the terms in force means the same terms", () => {
    expect(termsOf(draftOf(spot), "VAT")).toEqual(spot);
    expect(usesMore(draftOf(spot))).toBe(true);
  });

  it("shows value added tax as percent, and other taxes by themselves", () => {
    const draft = draftOf(spot);
    expect(draft.vat).toBe("19");
    expect(draft.taxes.map(({ name }) => name)).toEqual(["Energy tax"]);
  });

  it("of a household is one price", () => {
    const draft: Draft = { ...emptyDraft("EUR"), price: "0,25" };
    expect(faultsOf(draft)).toEqual({});
    expect(usesMore(draft)).toBe(false);
    expect(termsOf(draft, "VAT")).toMatchObject({
      currency: "EUR",
      energy: { kind: "fixed", price_per_kwh: "0.25" },
      grid_fee: null,
      taxes: [],
      source: null,
      flat_price_per_kwh: null,
    });
  });

  it("by time of use keeps its bands", () => {
    const draft: Draft = {
      ...emptyDraft("EUR"),
      kind: "time_of_use",
      price: "0.3",
      bands: [{ ...newBand(), price: "0.1" }],
    };
    expect(termsOf(draft, "VAT").energy).toMatchObject({
      kind: "time_of_use",
      bands: [{ price_per_kwh: "0.1", start: "22:00" }],
    });
  });
});

describe("what is wrong", () => {
  const base = emptyDraft("EUR");
  it.each<[string, Partial<Draft>, Record<string, string>]>([
    ["no price", {}, { price: "missing" }],
    ["no number", { price: "cheap" }, { price: "number" }],
    [
      "a band without days",
      { kind: "time_of_use", price: "1", bands: [{ ...newBand(), price: "1", days: [] }] },
      { "bands.0.days": "days" },
    ],
    [
      "a band within a quarter",
      { kind: "time_of_use", price: "1", bands: [{ ...newBand(), price: "1", start: "22:10" }] },
      { "bands.0.start": "quarter" },
    ],
    ["a source without its area", { kind: "spot" }, { area: "area" }],
    ["nothing for prices that are pushed", { kind: "spot", source: { kind: "push", area: "" } }, {}],
    [
      "tiers that fall",
      {
        price: "1",
        tiers: [
          { above: "300", add: "1" },
          { above: "200", add: "1" },
        ],
      },
      { "tiers.1.above": "order" },
    ],
    ["a fee without a name", { price: "1", fees: [{ name: " ", perKwh: "", perDay: "1" }] }, { "fees.0.name": "name" }],
    ["a negative tax", { price: "1", vat: "-3" }, { vat: "negative" }],
    ["nothing for a negative price", { price: "-0.01" }, {}],
    ["demand without its price", { price: "1", demand: { perKw: "", leastKw: "" } }, { "demand.perKw": "missing" }],
    [
      "a grid fee without a price",
      { price: "1", gridFee: { kind: "fixed", price: "", bands: [] } },
      { "gridFee.price": "missing" },
    ],
    [
      "feed-in without a price",
      { price: "1", feedIn: { kind: "fixed", price: "", factor: "1" } },
      { "feedIn.price": "missing" },
    ],
  ])("is %s", (_name, changes, faults) => {
    expect(faultsOf({ ...base, ...changes })).toEqual(faults);
  });
});
