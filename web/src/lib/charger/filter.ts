/** Which chargers a list shows and in what order; decides by what it is given and nothing else. */
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

type Found = typeof shownChargers;

/**
 * `shownChargers` for a list that lives: it is asked with every report of any charger, and looks and sorts anew only
 * where what it goes by has changed.
 */
export function follower(): Found {
  let known = "";
  let places: number[] = [];
  return (chargers, station, search) => {
    const asked = JSON.stringify([
      station,
      search,
      ...chargers.map(({ id, name, station_id, vendor, model, serial }) => [
        id,
        name,
        station_id,
        vendor,
        model,
        serial,
      ]),
    ]);
    if (asked !== known) {
      const index = new Map(chargers.map((charger, place) => [charger, place]));
      places = shownChargers(chargers, station, search).map((charger) => index.get(charger) as number);
      known = asked;
    }
    return places.map((place) => chargers[place] as Charger);
  };
}
