/** Where price, sun, house and planned power lie in the picture of a plan; pure. */
import type { PlanSlot } from "$lib/api/types";

export const WIDTH = 600;
export const PRICE_HEIGHT = 70;
export const POWER_HEIGHT = 90;

export interface Bar {
  x: number;
  width: number;
  y: number;
  height: number;
}

export interface PlanPicture {
  /** A step line each, as an SVG path; null where there is nothing to draw. */
  price: string | null;
  solar: string | null;
  house: string | null;
  /** What is charged, and what of the time is forbidden. */
  bars: Bar[];
  closed: Bar[];
  most: { price: number; power_w: number };
  least: number;
}

export function planPicture(slots: readonly PlanSlot[]): PlanPicture {
  const from = Date.parse(slots[0]?.start ?? "");
  const to = Date.parse(slots[slots.length - 1]?.end ?? "");
  const x = (at: string): number => (to > from ? ((Date.parse(at) - from) / (to - from)) * WIDTH : 0);
  const prices = slots.map(({ buy }) => (buy === null ? null : Number(buy)));
  const known = prices.filter((price): price is number => price !== null);
  const least = Math.min(0, ...known);
  const mostPrice = Math.max(0.01, ...known);
  const mostPower = Math.max(1_000, ...slots.flatMap(({ power_w, solar_w, house_w }) => [power_w, solar_w, house_w]));
  const steps = (values: (number | null)[], low: number, high: number, height: number): string | null => {
    const drawn = values.some((value) => value !== null && value !== 0);
    if (!drawn) return null;
    let path = "";
    for (const [index, slot] of slots.entries()) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      const y = round(height - ((value - low) / (high - low)) * height);
      path += `${path === "" ? "M" : "L"}${round(x(slot.start))} ${y}L${round(x(slot.end))} ${y}`;
    }
    return path;
  };
  const box = (slot: PlanSlot, height: number, of: number): Bar => ({
    x: round(x(slot.start)),
    width: round(x(slot.end) - x(slot.start)),
    y: round(of - height),
    height: round(height),
  });
  return {
    price: steps(prices, least, mostPrice, PRICE_HEIGHT),
    solar: steps(
      slots.map(({ solar_w }) => solar_w),
      0,
      mostPower,
      POWER_HEIGHT,
    ),
    house: steps(
      slots.map(({ house_w }) => house_w),
      0,
      mostPower,
      POWER_HEIGHT,
    ),
    bars: slots
      .filter(({ power_w }) => power_w > 0)
      .map((slot) => box(slot, (slot.power_w / mostPower) * POWER_HEIGHT, POWER_HEIGHT)),
    closed: slots.filter(({ allowed }) => !allowed).map((slot) => box(slot, POWER_HEIGHT, POWER_HEIGHT)),
    most: { price: mostPrice, power_w: mostPower },
    least,
  };
}

/** The slot in which a point of the picture lies, from 0 at its left to 1 at its right. */
export function slotAt(slots: readonly PlanSlot[], place: number): PlanSlot | undefined {
  const from = Date.parse(slots[0]?.start ?? "");
  const to = Date.parse(slots[slots.length - 1]?.end ?? "");
  const at = from + place * (to - from);
  return slots.find((slot) => at < Date.parse(slot.end)) ?? slots[slots.length - 1];
}

const round = (value: number): number => Math.round(value * 10) / 10;
