/** The settings by which an energy module balances: their names, words and ranges, in the order of the screen. */
import type { BalancingMode } from "$lib/api/types";
import { m } from "../../paraglide/messages.js";

/** Power share is shown and kept where a module is in it, and never set. */
export const MODES = ["off", "power", "hybrid", "green"] as const satisfies readonly BalancingMode[];
export type SettableMode = (typeof MODES)[number];

export const isSettable = (mode: BalancingMode): mode is SettableMode => MODES.some((name) => name === mode);

interface Range {
  min: number;
  max: number;
}

export const CURRENTS = [
  { name: "breaker_rating_a", label: m.balancing_breaker, hint: m.balancing_breaker_hint, min: 10, max: 1000 },
  { name: "hybrid_current_a", label: m.balancing_hybrid, hint: m.balancing_hybrid_hint, min: 6, max: 32 },
  { name: "pv_minimum_current_a", label: m.balancing_pv, hint: m.balancing_pv_hint, min: 1, max: 6 },
  { name: "car_minimum_current_a", label: m.balancing_car, hint: m.balancing_car_hint, min: 6, max: 10 },
  { name: "meter_lost_current_a", label: m.balancing_lost, hint: m.balancing_lost_hint, min: 6, max: 32 },
] as const satisfies readonly (Range & { name: string; label: () => string; hint: (range: Range) => string })[];

export const SWITCHES = [
  { name: "hybrid_single_phase", label: m.balancing_hybrid_single, hint: m.balancing_single_hint },
  { name: "green_single_phase", label: m.balancing_green_single, hint: m.balancing_single_hint },
  { name: "reverse_current", label: m.balancing_reverse, hint: m.balancing_reverse_hint },
] as const;
