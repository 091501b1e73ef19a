/** The words of the history for the names the API uses; apart from the first screen's words, so that it does not load them. */
import type { Group } from "$lib/api/history";
import { readable } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";
import { type Column, isNumber, type Sort } from "./columns";

const SOURCE: Partial<Record<string, () => string>> = {
  grid: m.source_grid,
  solar: m.source_solar,
  battery: m.source_battery,
};

const GROUP: Record<Group, () => string> = {
  source: m.group_source,
  charger: m.group_charger,
  user: m.group_user,
  card: m.group_card,
  station: m.group_station,
};

export const sourceWord = (source: string): string => SOURCE[source]?.() ?? readable(source);
export const groupWord = (group: Group): string => GROUP[group]();

const COLUMN: Record<Column, () => string> = {
  started_at: m.session_started,
  ended_at: m.session_ended,
  charger: m.filter_charger,
  station: m.filter_station,
  user: m.filter_user,
  authorized_by: m.session_authorized,
  car: m.filter_car,
  energy_wh: m.tile_energy,
  charging_time_s: m.tile_time,
  cost: m.tile_cost,
  price: m.tile_price,
  note: m.session_note,
  tags: m.session_tags,
};

export const columnWord = (column: Column): string => COLUMN[column]();

const TIMES: ReadonlySet<Column> = new Set(["started_at", "ended_at"]);

/** A sort in words: times go by age, numbers by size, the rest by name. */
export function sortLabel({ column, descending }: Sort): string {
  const name = { column: columnWord(column) };
  if (TIMES.has(column)) return descending ? m.sort_newest(name) : m.sort_oldest(name);
  if (isNumber(column)) return descending ? m.sort_highest(name) : m.sort_lowest(name);
  return descending ? m.sort_backwards(name) : m.sort_by_name(name);
}
