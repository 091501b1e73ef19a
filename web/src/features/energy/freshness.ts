/** What is known of a station's energy now: the server falls silent with the last meter of a station that is off; pure. */
import type { Balancing, Charger, CircuitLoad, Energy, PhaseLoad } from "$lib/api/types";
import { unmeasured } from "./unmeasured";

/** A meter that has been silent for so long is lost … */
const LOST_AFTER_MS = 15_000;
/** … and what it said last is shown for so long. */
const SHOWN_FOR_MS = 60_000;

export interface Here {
  chargers: readonly Charger[];
  balancing: Balancing | null;
  /** By the server's clock; null while the server cannot be reached, and then the last that it told stays. */
  now: number | null;
}

export function asKnown(told: Energy | null, { chargers, balancing, now }: Here): Energy {
  const bare = unmeasured(chargers, balancing, new Date(now ?? 0).toISOString());
  if (told === null) return bare;
  const silent = now === null ? 0 : now - Date.parse(told.at);
  if (silent < LOST_AFTER_MS) return told;
  const meter = { ...told.meter, lost: told.meter.source !== "none" };
  const { flow, grants } = bare;
  if (silent < SHOWN_FOR_MS) {
    return { ...told, meter, flow: { ...told.flow, chargers_w: flow.chargers_w }, grants };
  }
  return { ...told, meter, flow, grants, phases: told.phases.map(blank), circuits: told.circuits.map(empty) };
}

const blank = (phase: PhaseLoad): PhaseLoad => ({
  ...phase,
  current_a: null,
  voltage_v: null,
  house_a: null,
  headroom_a: null,
});

const empty = (circuit: CircuitLoad): CircuitLoad => ({ ...circuit, phases: circuit.phases.map(blank) });
