/** The currents by which a station is managed: their words and every value they may have, in the order of the screen. */
import { m } from "../../paraglide/messages.js";

/** The main breaker. */
export const BREAKER = { min: 10, max: 1000 };
/** Any other one. */
export const SUB_BREAKER = { min: 1, max: 1000 };

const range = (min: number, max: number): number[] => Array.from({ length: max - min + 1 }, (_, index) => min + index);

/** The stops with the value in force among them, which another program may have set between two. */
export const stopsWith = (stops: readonly number[], value: number): readonly number[] =>
  stops.includes(value) ? stops : [...stops, value].sort((one, other) => one - other);

export const CURRENTS = [
  { name: "hybrid_current_a", label: m.manage_hybrid, hint: m.manage_hybrid_hint, stops: range(6, 32) },
  { name: "pv_minimum_current_a", label: m.manage_pv, hint: m.manage_pv_hint, stops: range(1, 6) },
  { name: "car_minimum_current_a", label: m.manage_car, hint: m.manage_car_hint, stops: range(6, 10) },
  { name: "meter_lost_current_a", label: m.manage_lost, hint: m.manage_lost_hint, stops: [0, ...range(6, 32)] },
] as const;
