/** What was charged in a period as the API tells it, for unit tests; never part of the built app. */
import type { History, HistoryBucket, HistoryTotals } from "$lib/api/types";

export const eur = (amount: string) => ({ amount, currency: "EUR" });

export function bucket(start: string, changes: Partial<HistoryBucket> = {}): HistoryBucket {
  return {
    start,
    end: new Date(Date.parse(start) + 3_600_000).toISOString(),
    energy_wh: 0,
    grid_wh: 0,
    solar_wh: 0,
    battery_wh: 0,
    cost: null,
    sessions: 0,
    charging_time_s: 0,
    parts: {},
    ...changes,
  };
}

export function totals(changes: Partial<HistoryTotals> = {}): HistoryTotals {
  return {
    from: "2026-11-01T00:00:00Z",
    to: "2026-12-01T00:00:00Z",
    energy_wh: 100_000,
    grid_wh: 60_000,
    solar_wh: 40_000,
    battery_wh: 0,
    cost: eur("20.00"),
    other_costs: [],
    sessions: 8,
    charging_time_s: 36_000,
    solar_ratio: 0.4,
    average_price: eur("0.2000"),
    ...changes,
  };
}

export function history(changes: Partial<History> = {}): History {
  return {
    from: "2026-11-01T00:00:00Z",
    to: "2026-12-01T00:00:00Z",
    bucket: "day",
    group: "source",
    time_zone: "UTC",
    complete: true,
    groups: ["grid", "solar", "battery"].map((id) => ({ id, label: id, energy_wh: 0, cost: null, sessions: 0 })),
    buckets: [],
    totals: totals(),
    previous: totals(),
    ...changes,
  };
}
