/** What the energy screen says of directions, meters and currents; it maps and writes, and decides nothing. */
import type { Grant, GridMeter } from "$lib/api/types";
import { causeSentence } from "$lib/format/cause";
import type { Zone } from "$lib/format/moment";
import { current, plain, preciseCurrent } from "$lib/format/quantity";
import { becauseWord } from "$lib/format/words";
import type { IconName } from "$ui/icons";
import { spoken } from "../../i18n";
import { m } from "../../paraglide/messages.js";
import type { Direction, Part } from "./flow";

type Word = () => string;

export const LOOK: Record<Part, { word: Word; icon: IconName; tone: string }> = {
  solar: { word: m.flow_solar, icon: "sun", tone: "yellow" },
  grid: { word: m.flow_grid, icon: "grid", tone: "grey" },
  battery: { word: m.flow_battery, icon: "battery", tone: "teal" },
  house: { word: m.flow_house, icon: "house", tone: "violet" },
  chargers: { word: m.flow_chargers, icon: "car", tone: "cyan" },
};

/** The word for a direction, where a part has more than one; "" where its name says it all. */
export function wayWord(part: Part, direction: Direction): string {
  if (direction === "unknown") return m.flow_unmeasured();
  if (direction === "still") return m.flow_none();
  if (part === "grid") return direction === "in" ? m.flow_import() : m.flow_export();
  if (part === "battery") return direction === "in" ? m.flow_battery_in() : m.flow_battery_out();
  return part === "house" && direction === "in" ? m.flow_house_in() : "";
}

export function sourceWord(source: GridMeter["source"]): string {
  if (source === "meter") return m.meter_asked();
  return source === "energy_module" ? m.kind_module() : m.meter_pushed();
}

/** Whole amperes where the value is whole, else one digit. */
export const amps = (locale: string, value: number): string =>
  plain(Number.isInteger(value) ? current(locale, value) : preciseCurrent(locale, value));

const byName = new Intl.Collator(spoken, { numeric: true, sensitivity: "base" });

/** Those with a car first, then by name. */
export const grantOrder = (one: Grant, other: Grant): number =>
  Number(other.wants) - Number(one.wants) || byName.compare(one.name, other.name);

/** Why a charger got what it got: its cause, else the reason of its limit. */
export function grantSentence(zone: Zone, grant: Grant): string {
  const why = causeSentence(zone, grant);
  if (why !== null) return why;
  if (!grant.wants) return m.grant_idle();
  return m.grant_sentence({ amps: amps(zone.locale, grant.current_a), reason: becauseWord(grant.reason) });
}
