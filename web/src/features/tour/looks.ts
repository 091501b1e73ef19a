/** The four looks of the tour, in the order of the navigation, and the way through them. */
import type { IconName } from "$ui/icons";
import { m } from "../../paraglide/messages.js";

export interface Look {
  icon: IconName;
  title: string;
  text: string;
}

export const looks = (): Look[] => [
  { icon: "bolt", title: m.tour_charger_title(), text: m.tour_charger_text() },
  { icon: "speed", title: m.tour_current_title(), text: m.tour_current_text() },
  { icon: "house", title: m.tour_energy_title(), text: m.tour_energy_text() },
  { icon: "history", title: m.tour_history_title(), text: m.tour_history_text() },
];

/** The next look; the last one stays. */
export const onwards = (number: number, count: number): number => Math.min(number + 1, count - 1);
