/** What a session cost as its screens show it: parts of a sum, and where the energy came from; pure. */
import type { Money, SessionCost } from "$lib/api/types";
import type { Slot } from "$ui/charts/steps";
import type { SeriesTone } from "$ui/charts/tones";

export const PARTS = ["energy", "grid_fee", "fees", "demand", "tax"] as const;
export type Part = (typeof PARTS)[number];
export const SOURCES = ["grid", "solar", "battery"] as const;
export type Source = (typeof SOURCES)[number];

/** Of the parts a sum is made of, each its colour. */
export const TONE_OF_PART: Record<Part, SeriesTone> = {
  energy: "grey",
  grid_fee: "blue",
  fees: "violet",
  demand: "amber",
  tax: "green",
};

/** Amounts are texts; as numbers they are only drawn and compared. */
export const numberOf = (money: Money | null | undefined): number => Number(money?.amount ?? 0);

/** Parts that come to something, in the order of a bill. */
export const partsOf = ({ by_part: parts }: Pick<SessionCost, "by_part">): { id: Part; amount: number }[] =>
  PARTS.map((id) => ({ id, amount: numberOf(parts?.[id]) })).filter(({ amount }) => amount !== 0);

export interface SourceShare {
  id: Source;
  energyWh: number;
  amount: Money | null;
  /** Of all energy, 0–1. */
  share: number;
}

type Sourced = Pick<SessionCost, "by_source" | "grid_wh" | "solar_wh" | "battery_wh">;

/** Where the energy came from, and what that came to; sources that gave nothing are left out. */
export function sourcesOf({ by_source, grid_wh, solar_wh, battery_wh }: Sourced): SourceShare[] {
  const energy = { grid: grid_wh, solar: solar_wh, battery: battery_wh };
  const all = grid_wh + solar_wh + battery_wh;
  return SOURCES.map((id) => ({
    id,
    energyWh: energy[id],
    amount: by_source?.[id] ?? null,
    share: all > 0 ? energy[id] / all : 0,
  })).filter(({ energyWh, amount }) => energyWh > 0 || numberOf(amount) !== 0);
}

/** The prices that held through a session, to lie under its power curve. */
export const pricesOf = ({ rows }: Pick<SessionCost, "rows">): Slot[] =>
  rows.flatMap(({ start, end, price_per_kwh: price, notes }) =>
    price === null
      ? []
      : [
          {
            from: Date.parse(start),
            to: Date.parse(end),
            value: numberOf(price),
            estimated: notes.includes("estimated_price"),
          },
        ],
  );
