/** A session over midnight counts on each of its days what flowed on it: how much that was; pure. */
import { addDays, type DayKey, midnight, wallOf } from "$lib/calendar/days";

export interface Reading {
  at: string;
  /** Since the start of the session. */
  energy_wh: number | null;
}

export interface DayShare {
  day: DayKey;
  energyWh: number;
}

/** The energy at an instant, on the line between the readings around it. */
function energyAt(known: readonly { at: number; energy: number }[], instant: number): number {
  let before = known[0];
  for (const reading of known) {
    if (reading.at >= instant) {
      if (before === undefined || reading.at === before.at) return reading.energy;
      const share = (instant - before.at) / (reading.at - before.at);
      return before.energy + Math.max(0, Math.min(1, share)) * (reading.energy - before.energy);
    }
    before = reading;
  }
  return known.at(-1)?.energy ?? 0;
}

/** Energy by day for a session that lasted over midnight; nothing for one that did not. */
export function splitByDay(
  points: readonly Reading[],
  { from, to, energyWh }: { from: Date; to: Date; energyWh: number },
  timeZone: string,
): DayShare[] {
  const [first, last] = [wallOf(from, timeZone).day, wallOf(new Date(to.getTime() - 1), timeZone).day];
  if (first >= last) return [];
  const known = [
    { at: from.getTime(), energy: 0 },
    ...points.flatMap(({ at, energy_wh: energy }) => (energy === null ? [] : [{ at: Date.parse(at), energy }])),
    { at: to.getTime(), energy: energyWh },
  ];
  const shares: DayShare[] = [];
  let counted = 0;
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const end = day === last ? energyWh : energyAt(known, midnight(addDays(day, 1), timeZone).getTime());
    shares.push({ day, energyWh: Math.max(0, end - counted) });
    counted = Math.max(counted, end);
  }
  return shares;
}
