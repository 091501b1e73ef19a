import { describe, expect, it } from "vitest";
import { partsOf, pricesOf, sourcesOf } from "./cost";

const eur = (amount: string) => ({ amount, currency: "EUR" });

describe("a cost", () => {
  it("is made of the parts that come to something, in the order of a bill", () => {
    const by_part = {
      tax: eur("0.19"),
      energy: eur("1.00"),
      grid_fee: eur("0.00"),
      fees: eur("0"),
      demand: eur("-0.10"),
    };
    expect(partsOf({ by_part })).toEqual([
      { id: "energy", amount: 1 },
      { id: "demand", amount: -0.1 },
      { id: "tax", amount: 0.19 },
    ]);
    expect(partsOf({ by_part: null })).toEqual([]);
  });

  it("knows from where the energy came, and leaves out what gave nothing", () => {
    const by_source = { grid: eur("1.00"), solar: eur("0.10"), battery: eur("0.00") };
    expect(sourcesOf({ by_source, grid_wh: 3_000, solar_wh: 1_000, battery_wh: 0 })).toEqual([
      { id: "grid", energyWh: 3_000, amount: eur("1.00"), share: 0.75 },
      { id: "solar", energyWh: 1_000, amount: eur("0.10"), share: 0.25 },
    ]);
    expect(sourcesOf({ by_source: null, grid_wh: 0, solar_wh: 0, battery_wh: 0 })).toEqual([]);
  });

  it("lays its prices out in time, guesses marked, and none where there was no tariff", () => {
    const row = {
      ...{ energy_wh: 1, grid_wh: 1, solar_wh: 0, battery_wh: 0, prices: null, amount: eur("0.10") },
      start: "2026-11-29T10:00:00Z",
      end: "2026-11-29T10:15:00Z",
    };
    const rows = [
      { ...row, price_per_kwh: eur("0.25"), notes: ["estimated_price" as const] },
      { ...row, price_per_kwh: null, notes: ["no_tariff" as const] },
    ];
    expect(pricesOf({ rows })).toEqual([
      { from: Date.parse(row.start), to: Date.parse(row.end), value: 0.25, estimated: true },
    ]);
  });
});
