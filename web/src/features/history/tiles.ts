/** The six numbers of a period, each with that of the period before; pure. */
import type { HistoryTotals } from "$lib/api/types";

export const TILES = ["energy", "cost", "sessions", "time", "solar", "price"] as const;
export type Tile = (typeof TILES)[number];

/** A number to compare by; null where it is not known. */
export function valueOf(tile: Tile, totals: HistoryTotals): number | null {
  switch (tile) {
    case "energy":
      return totals.energy_wh;
    case "cost":
      return totals.cost ? Number(totals.cost.amount) : null;
    case "sessions":
      return totals.sessions;
    case "time":
      return totals.charging_time_s;
    case "solar":
      return totals.solar_ratio ?? null;
    case "price":
      return totals.average_price ? Number(totals.average_price.amount) : null;
    default:
      return tile satisfies never;
  }
}

export interface Change {
  /** As a share of the earlier value, or for shares the difference itself. */
  ratio: number;
  direction: "up" | "down" | "same";
}

const SMALLEST = 0.005;

/** How a number has changed since the period before; null where that cannot be said. */
export function changeOf(tile: Tile, now: HistoryTotals, before: HistoryTotals): Change | null {
  const [value, earlier] = [valueOf(tile, now), valueOf(tile, before)];
  if (value === null || earlier === null || (tile !== "solar" && earlier <= 0)) return null;
  const ratio = tile === "solar" ? value - earlier : value / earlier - 1;
  return { ratio, direction: Math.abs(ratio) < SMALLEST ? "same" : ratio > 0 ? "up" : "down" };
}
