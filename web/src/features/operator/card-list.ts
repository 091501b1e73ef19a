/** How a device stands with the cards that it keeps for when it is offline, in words. */
import type { Device } from "$lib/api/types";
import { dateTime, type Zone } from "$lib/format/moment";
import { formatNumber } from "$lib/format/quantity";
import { m } from "../../paraglide/messages.js";

type CardList = NonNullable<Device["card_list"]>;

export function cardListWords(list: CardList | null, zone: Zone): string {
  if (list === null) return m.device_cards_none();
  const cards = formatNumber(zone.locale, list.cards, 0);
  const version = String(list.version ?? 0);
  switch (list.state) {
    case "sending":
      return m.device_cards_sending();
    case "unsupported":
      return m.device_cards_unsupported();
    case "failed":
      return m.device_cards_failed({
        answer: (list.answer ?? m.device_cards_unanswered()).replace(/[.]$/, ""),
        time: list.retry_at === null ? "" : dateTime(zone, new Date(list.retry_at)),
      });
    case "current":
      return list.left_out === 0
        ? m.device_cards_current({ cards, version })
        : m.device_cards_left_out({ cards, version, left_out: formatNumber(zone.locale, list.left_out, 0) });
  }
}
