/** What the palette offers for some words: pages, chargers and what can be done with them now; pure. */
import type { Charger, ChargerCommand } from "$lib/api/types";
import { buttons } from "$lib/charger/buttons";
import { folded } from "$lib/charger/filter";
import type { IconName } from "$ui/icons";

export interface Offer {
  id: string;
  label: string;
  /** What kind of thing it is, in a word. */
  kind: string;
  icon: IconName;
  does: { kind: "go"; href: string } | { kind: "command"; charger: string; command: ChargerCommand };
}

/** So many at once; more words narrow them down. */
export const MOST = 12;

/** Offers in which every word occurs; those that begin with the first word come first, else the order stays. */
export function matching(offers: readonly Offer[], search: string): Offer[] {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const first = words[0] ?? "";
  const found = offers.flatMap((offer) => {
    const text = folded(`${offer.label} ${offer.kind}`);
    return words.every((word) => text.includes(word)) ? [{ offer, rank: text.startsWith(first) ? 0 : 1 }] : [];
  });
  return found
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ offer }) => offer);
}

/** Every command that a charger takes now, in the order of its buttons. */
export function commandsOf(charger: Charger): ChargerCommand[] {
  const { main, side } = buttons(charger);
  return [...(main === null ? [] : [main]), ...side];
}
