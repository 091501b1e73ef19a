/** The last known state of everything live, and how the messages of the event stream change it; pure. */
import type { Charger, Device, Session, Station } from "$lib/api/types";
import { mergePatch } from "./merge";

export interface Notice {
  id: string;
  kind: string;
  chargerId: string | null;
  text: string;
}

export interface LiveState {
  readonly chargers: Readonly<Record<string, Charger>>;
  readonly stations: Readonly<Record<string, Station>>;
  readonly devices: Readonly<Record<string, Device>>;
  /** What changed in sessions since the snapshot; the history holds the rest. */
  readonly sessions: Readonly<Record<string, Partial<Session>>>;
  readonly notices: readonly Notice[];
  /** What the stream has said of one's inbox; nothing before something happens there. */
  readonly inbox: Inbox;
}

export interface Inbox {
  unread?: number;
  newest?: string | null;
}

export interface Snapshot {
  chargers: readonly Charger[];
  stations: readonly Station[];
  devices?: readonly Device[];
}

type Collection = "chargers" | "stations" | "devices" | "sessions";
type Patch = Record<string, unknown> | null;

export type LiveMessage =
  | { kind: "snapshot"; snapshot: Snapshot }
  | { kind: "charger" | "station" | "device" | "session" | "notice" | "inbox"; id: string; seq: number; patch: Patch };

export const EMPTY: LiveState = { chargers: {}, stations: {}, devices: {}, sessions: {}, notices: [], inbox: {} };

const KEPT_NOTICES = 20;

/** Apply messages in order; collections that no message touches stay the same objects. */
export function reduce(state: LiveState, messages: readonly LiveMessage[]): LiveState {
  let next = state;
  /** Collections already copied for this batch, which may therefore be written to. */
  let mine = new Set<Collection>();
  const writable = (collection: Collection): Record<string, unknown> => {
    if (!mine.has(collection)) {
      next = { ...next, [collection]: { ...next[collection] } };
      mine.add(collection);
    }
    return next[collection] as Record<string, unknown>;
  };
  for (const message of messages) {
    switch (message.kind) {
      case "snapshot":
        next = fromSnapshot(message.snapshot, next.notices);
        mine = new Set();
        break;
      case "notice":
        next = { ...next, notices: withNotice(next.notices, message.id, message.patch) };
        break;
      case "inbox":
        next = { ...next, inbox: withNews(next.inbox, message.patch) };
        break;
      case "charger":
        if (isLate(next.chargers, message)) break;
        put(writable("chargers"), message.id, message.patch, { seq: message.seq });
        break;
      case "station":
        if (isLate(next.stations, message)) break;
        put(writable("stations"), message.id, message.patch, { seq: message.seq });
        break;
      case "device":
        if (isLate(next.devices, message)) break;
        put(writable("devices"), message.id, message.patch, { seq: message.seq });
        break;
      case "session":
        put(writable("sessions"), message.id, message.patch);
        break;
      default:
        message satisfies never;
    }
  }
  return next;
}

/** A late patch must not undo a newer answer that a command brought. */
const isLate = (known: Readonly<Record<string, { seq: number }>>, { id, seq }: { id: string; seq: number }): boolean =>
  seq < (known[id]?.seq ?? 0);

function fromSnapshot(snapshot: Snapshot, notices: readonly Notice[]): LiveState {
  return {
    chargers: byId(snapshot.chargers),
    stations: byId(snapshot.stations),
    devices: byId(snapshot.devices ?? []),
    sessions: {},
    notices,
    inbox: {},
  };
}

/** What was read elsewhere is no news. */
const withNews = (inbox: Inbox, patch: Inbox | null): Inbox => ({
  ...patch,
  newest: patch?.newest ?? inbox.newest ?? null,
});

const byId = <T extends { id: string }>(items: readonly T[]): Record<string, T> =>
  Object.fromEntries(items.map((item) => [item.id, item]));

function put(items: Record<string, unknown>, id: string, patch: Patch, also: object = {}): void {
  if (patch === null) delete items[id];
  else items[id] = { ...(mergePatch(items[id] ?? { id }, patch, "keep") as object), ...also };
}

function withNotice(notices: readonly Notice[], id: string, patch: Patch): readonly Notice[] {
  const others = notices.filter((notice) => notice.id !== id);
  if (patch === null) return others;
  const text = (name: string): string | null => (typeof patch[name] === "string" ? patch[name] : null);
  const notice: Notice = { id, kind: text("kind") ?? "info", chargerId: text("charger_id"), text: text("text") ?? "" };
  return [...others, notice].slice(-KEPT_NOTICES);
}
