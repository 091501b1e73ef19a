/** Which chargers a list shows and in what order; pure. */
import type { Charger } from "$lib/api/types";
import { spoken } from "../../i18n";

/** From this many chargers up, a list offers search and its compact form. */
export const MANY = 12;

export const folded = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();

/** Chargers of a station (all when null) whose name, id, vendor, model or serial holds every word of the search; names that hold it whole come first. */
export function shownChargers(chargers: readonly Charger[], station: string | null, search: string): Charger[] {
  const words = folded(search)
    .split(/\s+/)
    .filter((word) => word !== "");
  const phrase = words.join(" ");
  const rank = (charger: Charger): number => (phrase === "" || folded(charger.name).includes(phrase) ? 0 : 1);
  const order = new Intl.Collator(spoken, { numeric: true, sensitivity: "base" });
  return chargers
    .filter((charger) => station === null || charger.station_id === station)
    .filter((charger) => {
      const { name, id, vendor, model, serial } = charger;
      const text = folded([name, id, vendor, model, serial].filter((part) => part !== null).join(" "));
      return words.every((word) => text.includes(word));
    })
    .sort(
      (one, other) => rank(one) - rank(other) || order.compare(one.name, other.name) || order.compare(one.id, other.id),
    );
}
