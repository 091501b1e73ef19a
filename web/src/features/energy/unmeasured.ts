/** What a station that is off and measures nothing still knows: what its chargers draw; pure. */
import type { Balancing, Charger, Energy, Grant } from "$lib/api/types";
import { drawnCurrent, shownPower } from "$lib/charger/current";

/** The same shape that a managed station sends, with nothing in it that nobody knows. */
export function unmeasured(chargers: readonly Charger[], balancing: Balancing | null, at: string): Energy {
  const drawn = chargers.reduce((sum, charger) => sum + (shownPower(charger) ?? 0), 0);
  return {
    mode: "off",
    at,
    flow: { grid_w: null, solar_w: null, battery_w: null, house_w: null, chargers_w: drawn },
    meter: { source: "none", device_id: null, at: null, lost: false, meter_id: null },
    meters: [],
    phases: [],
    circuits: [],
    grants: chargers.map((charger) => grantOf(charger, balancing)),
  };
}

function grantOf(charger: Charger, balancing: Balancing | null): Grant {
  const { limit } = charger;
  const rung = limit.ladder.find(({ reason }) => reason === limit.reason);
  return {
    charger_id: charger.id,
    name: charger.name,
    circuit: balancing?.placements.find(({ charger_id }) => charger_id === charger.id)?.circuit ?? "",
    // Whose session it is may be hidden; that a car draws is not.
    wants: charger.session !== null || charger.status === "charging" || charger.status === "paused",
    current_a: limit.current_a,
    reason: limit.reason,
    detail: rung?.detail ?? null,
    cause: rung?.cause ?? null,
    confirmed_a: limit.confirmed_a,
    allowed_current_a: charger.allowed_current_a,
    measured_a: shownPower(charger) === null ? null : drawnCurrent(charger),
    power_w: shownPower(charger),
    phases: charger.phases.filter(({ current_a }) => (current_a ?? 0) >= 1).map(({ phase }) => phase),
  };
}
