/** What flows at a station, as the contract draws it, for the unit tests of the energy screen; never part of the built app. */
import type { EnergyFlow, Grant, PhaseLoad } from "$lib/api/types";

export const flowing = (changes: Partial<EnergyFlow> = {}): EnergyFlow => ({
  grid_w: 3000,
  solar_w: null,
  battery_w: null,
  house_w: 1000,
  chargers_w: 2000,
  ...changes,
});

export const phase = (changes: Partial<PhaseLoad> = {}): PhaseLoad => ({
  phase: 1,
  rating_a: 25,
  current_a: 15,
  voltage_v: 230,
  house_a: 5,
  chargers_a: 10,
  headroom_a: 10,
  ...changes,
});

export const grant = (changes: Partial<Grant> = {}): Grant => ({
  charger_id: "garage",
  name: "Garage",
  circuit: "main",
  wants: true,
  current_a: 13,
  reason: "load_balancing",
  detail: null,
  cause: null,
  confirmed_a: 13,
  allowed_current_a: 16,
  measured_a: 12.8,
  power_w: 8832,
  phases: [1, 2, 3],
  ...changes,
});
