/** Why a limit is what it is, in the reader's language; the server's own words where a newer one says something else. */
import type { Rung } from "$lib/api/types";
import { m } from "../../paraglide/messages.js";
import { plain, formatNumber } from "./quantity";
import { shortMoment, type Zone } from "./moment";

type Told = Pick<Rung, "cause" | "detail">;
type Values = Record<string, number | string>;
type Sayer = (zone: Zone, values: Values) => string | null;

const number = (zone: Zone, value: unknown, digits: number): string => formatNumber(zone.locale, Number(value), digits);
const unit = (zone: Zone, value: unknown, digits: number, name: string): string =>
  plain({ value: number(zone, value, digits), unit: name });
const amps = (zone: Zone, value: unknown): string => unit(zone, value, Number.isInteger(value) ? 0 : 1, "A");
const power = (zone: Zone, value: unknown): string => unit(zone, value, 1, "kW");
const at = (zone: Zone, value: unknown): string => shortMoment(zone, new Date(String(value)));
const circuit = (values: Values): string => String(values["circuit"]) || m.why_house();

const until =
  (why: () => string) =>
  (zone: Zone, values: Values): string =>
    "until" in values ? m.why_until({ why: why(), until: at(zone, values["until"]) }) : why();

/** Behind the amperes that a charger gets of a circuit. */
const gets =
  (say: (zone: Zone, values: Values) => string): Sayer =>
  (zone, values) =>
    m.why_at({ amps: amps(zone, values["current_a"]), why: say(zone, values) });

function taken(zone: Zone, values: Values): string {
  const parts: string[] = [];
  if ("load_a" in values) {
    const load = { circuit: circuit(values), amps: amps(zone, values["load_a"]) };
    const { minutes } = values;
    parts.push(minutes === undefined ? `${load.circuit} ${load.amps}` : m.why_lately({ ...load, minutes }));
  }
  if ("others_a" in values) parts.push(m.why_others({ amps: amps(zone, values["others_a"]) }));
  return parts.reduce((one, other) => m.why_and({ one, other }));
}

const SAY: Partial<Record<string, Sayer>> = {
  // The name of the limit says it already.
  paused: () => null,
  forbidden_hours: until(m.why_forbidden_hours),
  outside_allowed_hours: until(m.why_outside_allowed_hours),
  start_delay: (zone, values) =>
    "seconds" in values
      ? m.why_starts_in({ seconds: number(zone, values["seconds"], 0) })
      : until(m.why_start_delay)(zone, values),
  solar_surplus: (zone, { power_kw }) => m.why_solar_surplus({ power: power(zone, power_kw) }),
  enough_for_now: (zone, { energy_kwh }) => m.why_enough_for_now({ energy: unit(zone, energy_kwh, 1, "kWh") }),
  charged_as_planned: m.why_charged_as_planned,
  solar_expected: (zone, values) =>
    m.why_solar_expected({ power: power(zone, values["power_kw"]), at: at(zone, values["at"]) }),
  cheaper_later: (zone, values) => {
    const [then, now] = [number(zone, values["price_then"], 3), number(zone, values["price_now"], 3)];
    const why = m.why_cheaper_later({ then, at: at(zone, values["at"]), now });
    return "estimated" in values ? m.why_estimated({ why }) : why;
  },
  raised_slowly: gets(m.why_raised_slowly),
  meter_silent: gets((_, values) => m.why_meter_silent({ circuit: circuit(values) })),
  circuit_power: gets((zone, values) =>
    m.why_circuit_power({ circuit: circuit(values), power: power(zone, values["power_kw"]) }),
  ),
  circuit_unbalance: gets((zone, values) =>
    m.why_circuit_unbalance({ circuit: circuit(values), amps: amps(zone, values["unbalance_a"]) }),
  ),
  circuit_full: gets((zone, values) =>
    m.why_circuit_full({
      taken: taken(zone, values),
      rating: amps(zone, values["rating_a"]),
      phase: String(values["phase"]),
    }),
  ),
  one_phase: m.why_one_phase,
  sun: (zone, { power_kw, least_a, needed_kw }) => {
    const sun = power(zone, power_kw);
    if (least_a !== undefined) return m.why_sun_least({ power: sun, amps: amps(zone, least_a) });
    if (needed_kw !== undefined) return m.why_sun_needed({ power: sun, needed: power(zone, needed_kw) });
    return m.why_sun({ power: sun });
  },
  operator_allows: (zone, { power_kw }) => m.why_operator({ power: power(zone, power_kw) }),
};

/** Null where there is nothing to say beyond who set the limit. */
export function causeSentence(zone: Zone, { cause, detail }: Told): string | null {
  const say = cause ? SAY[cause.code] : undefined;
  return cause && say ? say(zone, cause.values) : detail;
}
