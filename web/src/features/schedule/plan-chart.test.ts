import { describe, expect, it } from "vitest";
import type { PlanSlot } from "$lib/api/types";
import { planPicture, slotAt } from "./plan-chart";

const slot = (hour: number, changes: Partial<PlanSlot> = {}): PlanSlot => ({
  start: new Date(Date.UTC(2026, 0, 1, hour)).toISOString(),
  end: new Date(Date.UTC(2026, 0, 1, hour + 1)).toISOString(),
  allowed: true,
  buy: "0.2000",
  sell: "0.0500",
  estimated: false,
  solar_w: 0,
  house_w: 0,
  power_w: 0,
  energy_wh: 0,
  cost: null,
  ...changes,
});

describe("the picture of a plan", () => {
  it("draws a bar where it charges, as high as its power", () => {
    const picture = planPicture([slot(0), slot(1, { power_w: 10_000 }), slot(2, { power_w: 5_000 })]);
    expect(picture.bars).toEqual([
      { x: 200, width: 200, y: 0, height: 90 },
      { x: 400, width: 200, y: 45, height: 45 },
    ]);
    expect(picture.most.power_w).toBe(10_000);
  });

  it("steps along the price, and draws no line for what nobody knows", () => {
    const picture = planPicture([slot(0, { buy: "0.4000" }), slot(1, { buy: "0.2000" })]);
    expect(picture.price).toBe("M0 0L300 0L300 35L600 35");
    expect([picture.solar, picture.house]).toEqual([null, null]);
    expect(planPicture([slot(0, { buy: null })]).price).toBeNull();
  });

  it("goes below nothing where the price does", () => {
    expect(planPicture([slot(0, { buy: "-0.1000" }), slot(1, { buy: "0.1000" })])).toMatchObject({ least: -0.1 });
  });

  it("marks what is forbidden, and stands an empty plan", () => {
    expect(planPicture([slot(0, { allowed: false })]).closed).toHaveLength(1);
    expect(planPicture([])).toMatchObject({ bars: [], price: null });
  });

  it("finds the slot under a point", () => {
    const slots = [slot(0), slot(1), slot(2)];
    expect([0, 0.5, 1].map((place) => slotAt(slots, place)?.start)).toEqual(slots.map(({ start }) => start));
    expect(slotAt([], 0)).toBeUndefined();
  });
});
