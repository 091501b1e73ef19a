import { describe, expect, it } from "vitest";
import { outlookOf, slotsOf } from "./preview";

const QUARTER = 900_000;
const price = (quarter: number, amount: string, estimated = false) => ({
  start: new Date(quarter * QUARTER).toISOString(),
  end: new Date((quarter + 1) * QUARTER).toISOString(),
  buy: { amount, currency: "EUR" },
  feed_in: { amount: "0.08", currency: "EUR" },
  parts: { energy: amount, grid_fee: "0", fees: "0", tax: "0" },
  estimated,
});
const brief = (slot: { from: number; to: number; value: number } | null) =>
  slot && [slot.from / QUARTER, slot.to / QUARTER, slot.value];

describe("prices as steps", () => {
  it("join quarters of one hour with one price", () => {
    const quarters = ["0.2", "0.2", "0.2", "0.2", "0.2", "0.3"].map((amount, place) => price(place, amount));
    expect(slotsOf({ slots: quarters }).map(brief)).toEqual([
      [0, 4, 0.2],
      [4, 5, 0.2],
      [5, 6, 0.3],
    ]);
  });

  it("keep guesses apart, and gaps open", () => {
    const slots = slotsOf({ slots: [price(0, "0.2"), price(1, "0.2", true), price(3, "0.2", true)] });
    expect(slots.map(({ estimated }) => estimated)).toEqual([false, true, true]);
  });
});

describe("the outlook", () => {
  const slots = slotsOf({
    slots: ["0.1", "0.3", "0.2", "0.2", "0.2", "0.4"].map((amount, place) => price(place, amount)),
  });

  it("knows the price now, and the cheapest and dearest from now on", () => {
    const { now, cheapest, dearest } = outlookOf(slots, 1.5 * QUARTER);
    expect(brief(now)).toEqual([1, 2, 0.3]);
    expect(brief(cheapest)).toEqual([2, 5, 0.2]);
    expect(brief(dearest)).toEqual([5, 6, 0.4]);
  });

  it("names neither where all hours cost the same, nor where nothing is known", () => {
    expect(outlookOf(slotsOf({ slots: [price(0, "0.2"), price(1, "0.2")] }), 0)).toMatchObject({
      cheapest: null,
      dearest: null,
    });
    expect(outlookOf([], 0)).toEqual({ now: null, cheapest: null, dearest: null });
  });
});
