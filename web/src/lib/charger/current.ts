/** What a charger draws and may draw, in amperes and the watts they stand for; pure. */
import type { Charger } from "$lib/api/types";

const NOMINAL_VOLTS = 230;
/** Below this a phase carries no load, only noise. */
const CARRYING_A = 1;
const USUAL_PRESETS = [6, 10, 13, 16, 25, 32, 40, 63, 80];
const MOST_PRESETS = 6;

type Electrical = Pick<Charger, "phases" | "capabilities" | "power_w">;

/** The phases in use now, else the ones the charger has; one when nobody knows. */
export function phaseCount({ phases, capabilities }: Electrical): number {
  const carrying = phases.filter((phase) => (phase.current_a ?? 0) >= CARRYING_A).length;
  if (carrying > 0) return carrying;
  if (capabilities.three_phase !== null) return capabilities.three_phase ? 3 : 1;
  return Math.max(1, phases.length);
}

export function meanVoltage({ phases }: Electrical): number {
  const live = phases.map((phase) => phase.voltage_v ?? 0).filter((volts) => volts > 90);
  return live.length === 0 ? NOMINAL_VOLTS : live.reduce((sum, volts) => sum + volts, 0) / live.length;
}

/** The power that a current stands for on this charger's phases. */
export const equivalentPower = (charger: Electrical, amps: number): number =>
  amps * meanVoltage(charger) * phaseCount(charger);

/** The power now; of a charger that has never been heard of nobody knows it, whatever it is taken to be. */
export const shownPower = ({ power_w, seen_at }: Pick<Charger, "power_w" | "seen_at">): number | null =>
  seen_at === null ? null : power_w;

/** The current of the strongest phase; from the power where the charger reports no currents. */
export function drawnCurrent(charger: Electrical): number | null {
  const measured = charger.phases.map((phase) => phase.current_a).filter((amps) => amps !== null);
  if (measured.length > 0) return Math.max(...measured);
  return charger.power_w === null ? null : charger.power_w / (meanVoltage(charger) * phaseCount(charger));
}

/** Usual currents inside the range, always with both ends, few enough for one row on a phone. */
export function presets({ min, max }: { min: number; max: number }): number[] {
  const inside = [...new Set([min, ...USUAL_PRESETS.filter((amps) => amps > min && amps < max), max])];
  if (inside.length <= MOST_PRESETS) return inside;
  const step = (inside.length - 1) / (MOST_PRESETS - 1);
  return Array.from({ length: MOST_PRESETS }, (_, index) => inside[Math.round(index * step)] as number);
}

/** Seconds a fresh value is trusted to go on; beyond this the clock stands still rather than guess. */
const TRUST_S = 15;

/** Charging time at `now`: the reported one, carried on by the clock while energy flows. */
export function chargingSeconds(
  charger: Pick<Charger, "session" | "status" | "updated_at">,
  now: number,
): number | null {
  if (charger.session === null) return null;
  const reported = charger.session.charging_time_s;
  if (charger.status !== "charging") return reported;
  const since = (now - Date.parse(charger.updated_at)) / 1000;
  return reported + Math.min(TRUST_S, Math.max(0, since));
}

/** Holds a session's charging time at its highest: a server that was cut off knows it again only with the next reading. */
export function neverFalling(): (session: string | undefined, seconds: number | null) => number | null {
  let highest: { session: string; seconds: number } | undefined;
  return (session, seconds) => {
    if (session === undefined || seconds === null) return seconds;
    const floor = highest?.session === session ? highest.seconds : 0;
    highest = { session, seconds: Math.max(floor, seconds) };
    return highest.seconds;
  };
}
