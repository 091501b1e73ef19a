/** What a cell of the table of sessions says; pure. */
import type { Session } from "$lib/api/types";
import { spoken } from "$lib/format/duration";
import { money, pricePerKwh } from "$lib/format/money";
import { dateTime, type Zone } from "$lib/format/moment";
import { energy, plain, UNKNOWN } from "$lib/format/quantity";
import { authorizer } from "$lib/format/session-words";
import { m } from "../../paraglide/messages.js";
import type { Column } from "./columns";

export interface Named {
  zone: Zone;
  stations: Readonly<Record<string, { name: string }>>;
}

export function cell(column: Column, session: Session, { zone, stations }: Named): string {
  const { locale } = zone;
  switch (column) {
    case "started_at":
      return dateTime(zone, new Date(session.started_at));
    case "ended_at":
      return session.ended_at === null ? m.session_running() : dateTime(zone, new Date(session.ended_at));
    case "charger":
      return session.charger_name;
    case "station":
      return stations[session.station_id]?.name ?? session.station_id;
    case "user":
      // Who it is put down to says more than the card that was used.
      return session.user_name ?? authorizer(session.authorized_by);
    case "authorized_by":
      return authorizer(session.authorized_by);
    case "car":
      return session.car_name ?? UNKNOWN;
    case "energy_wh":
      return plain(energy(locale, session.energy_wh));
    case "charging_time_s":
      return spoken(locale, session.charging_time_s);
    case "cost":
      return session.cost ? money(locale, session.cost) : UNKNOWN;
    case "price":
      return session.price_per_kwh ? plain(pricePerKwh(locale, session.price_per_kwh)) : UNKNOWN;
    case "note":
      return session.note;
    case "tags":
      return session.tags.join(", ");
    default:
      return column satisfies never;
  }
}
