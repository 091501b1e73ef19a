/** The words of a tariff: kinds, days, parts, sources, and what is wrong in the form. */
import type { TariffDay, TariffPart } from "$lib/api/types";
import { readable } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";
import { DAYS, type Kind } from "./draft";
import type { Fault } from "./faults";

const KIND: Record<Kind, () => string> = {
  fixed: m.tariff_fixed,
  time_of_use: m.tariff_time_of_use,
  spot: m.tariff_spot,
};

const PART: Record<TariffPart, () => string> = {
  energy: m.part_energy,
  grid_fee: m.part_grid_fee,
  fees: m.part_fees,
  demand: m.part_demand,
  tax: m.part_tax,
};

const SOURCES: Partial<Record<string, () => string>> = {
  energy_charts: m.price_source_energy_charts,
  awattar: m.price_source_awattar,
  entsoe: m.price_source_entsoe,
  octopus: m.price_source_octopus,
  tibber: m.price_source_tibber,
  nord_pool: m.price_source_nord_pool,
  push: m.price_source_push,
};

const FAULT: Record<Fault, () => string> = {
  missing: m.fault_missing,
  number: m.fault_number,
  negative: m.fault_negative,
  name: m.fault_name,
  days: m.fault_days,
  quarter: m.fault_quarter,
  order: m.fault_order,
  area: m.fault_area,
};

export const kindWord = (kind: Kind): string => KIND[kind]();
export const partWord = (part: string): string => PART[part as TariffPart]?.() ?? readable(part);
export const sourceName = (kind: string): string => SOURCES[kind]?.() ?? readable(kind);
export const SOURCE_KINDS: readonly string[] = Object.keys(SOURCES);
export const faultWord = (fault: Fault | undefined): string | null => (fault === undefined ? null : FAULT[fault]());

const MONDAY = Date.UTC(2024, 0, 1, 12);

/** A day of the week in the words of the locale; a public holiday has ours. */
export function dayWord(day: TariffDay, locale: string, style: "short" | "long" = "short"): string {
  if (day === "holiday") return m.tariff_holiday();
  const at = MONDAY + DAYS.indexOf(day) * 86_400_000;
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(at);
}
