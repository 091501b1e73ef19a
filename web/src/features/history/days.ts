/** Sessions in groups of calendar days; pure. */
import type { Session } from "$lib/api/types";
import { dayKey, type Zone } from "$lib/format/moment";

export interface Day {
  key: string;
  sessions: Session[];
  energyWh: number;
}

/** Days in the order of the sessions, each with its energy, by the calendar of the zone. */
export function byDay(sessions: readonly Session[], zone: Zone): Day[] {
  const days: Day[] = [];
  for (const session of sessions) {
    const key = dayKey(zone, new Date(session.started_at));
    let day = days.at(-1);
    if (day?.key !== key) {
      day = { key, sessions: [], energyWh: 0 };
      days.push(day);
    }
    day.sessions.push(session);
    day.energyWh += session.energy_wh;
  }
  return days;
}

/** The list with the newest known state of each session laid over it. */
export function withChanges(
  sessions: readonly Session[],
  changes: Readonly<Record<string, Partial<Session>>>,
): Session[] {
  return sessions.map((session) => ({ ...session, ...changes[session.id] }));
}
