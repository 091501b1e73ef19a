/** Sessions in groups of calendar days; pure. */
import type { Charger, Session } from "$lib/api/types";
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

interface Live {
  readonly sessions: Readonly<Record<string, Partial<Session>>>;
  readonly chargers: Readonly<Record<string, Charger>>;
}

/** A session with all that is newer: what changed in it, and while it runs what its charger measures. */
export function withChanges(session: Session, { sessions, chargers }: Live): Session {
  const changed = { ...session, ...sessions[session.id] };
  const running = chargers[session.charger_id ?? ""]?.session;
  if (changed.ended_at !== null || running?.id !== session.id) return changed;
  const { energy_wh, charging_time_s, cost, cost_breakdown } = running;
  const price_per_kwh = cost_breakdown?.per_kwh ?? changed.price_per_kwh;
  return { ...changed, energy_wh, charging_time_s, cost: cost ?? changed.cost, price_per_kwh };
}
