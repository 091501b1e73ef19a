/** A notification in words: what happened, and the line below; pure. */
import type { Notification, NotificationEvent } from "$lib/api/types";
import { clock } from "$lib/format/duration";
import { dateTime, time, type Zone } from "$lib/format/moment";
import { money } from "$lib/format/money";
import { energy, plain } from "$lib/format/quantity";
import { errorTitle, limitWord, type Word, word } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";

const EVENT: Record<NotificationEvent, Word> = {
  charger_error: m.notify_event_error,
  charger_offline: m.notify_event_offline,
  charger_online: m.notify_event_online,
  stopped_by_limit: m.notify_event_limit,
  session_ended: m.notify_event_ended,
  session_started: m.notify_event_started,
};

/** What matters most first. */
export const EVENTS = Object.keys(EVENT) as NotificationEvent[];

export const eventWord = (event: NotificationEvent): string => EVENT[event]();

const OF_A_SESSION = "session";

export function title({ kind, about }: Pick<Notification, "kind" | "about">): string {
  if (kind === "charger_error") return errorTitle(about as Parameters<typeof errorTitle>[0]);
  return eventWord(kind);
}

/** The charger, when, and what else is known. */
export function facts(notification: Notification, zone: Zone): string[] {
  const { charger_name, at, about, kind, detail, repeats, last_at } = notification;
  const said = [charger_name, dateTime(zone, new Date(at))];
  if (kind === "session_ended") said.push(...charged(detail, zone.locale));
  if (kind === "stopped_by_limit" && about !== OF_A_SESSION) {
    said.push(limitWord(about as Parameters<typeof limitWord>[0]));
  }
  if (repeats > 0 && last_at !== null) {
    said.push(m.notify_repeats({ count: repeats, time: time(zone, new Date(last_at)) }));
  }
  return said;
}

function charged(detail: Notification["detail"], locale: string): string[] {
  const { energy_wh, charging_time_s, cost } = detail as {
    energy_wh?: number;
    charging_time_s?: number;
    cost?: { amount: string; currency: string } | null;
  };
  return [
    ...(energy_wh === undefined ? [] : [plain(energy(locale, energy_wh))]),
    ...(charging_time_s === undefined ? [] : [clock(charging_time_s)]),
    ...(cost === undefined || cost === null ? [] : [money(locale, cost as Parameters<typeof money>[1])]),
  ];
}

const CHANNEL: Record<string, Word> = {
  email: m.notify_email,
  push: m.notify_push,
  apprise: m.notify_service,
};

export const channelWord = (channel: string): string => word(CHANNEL, channel);
