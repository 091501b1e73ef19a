/** The message log of a device as rows: newest first, each once; pure. */
import type { OcppMessage } from "$lib/api/types";

export const KEPT_MESSAGES = 500;

/** What tells a message from every other; a local API numbers none, so the instant and the action must do. */
export const keyOf = (message: OcppMessage): string =>
  [message.at, message.direction, message.type, message.message_id, message.action].join("|");

/** Newer messages laid over those already shown. */
export function merged(known: readonly OcppMessage[], newer: readonly OcppMessage[]): OcppMessage[] {
  const rows = new Map([...newer, ...known].map((message) => [keyOf(message), message]));
  return [...rows.values()].sort((one, other) => other.at.localeCompare(one.at)).slice(0, KEPT_MESSAGES);
}

/** The names of all actions in the log, for the filter. */
export const actionsIn = (messages: readonly OcppMessage[]): string[] =>
  [...new Set(messages.map((message) => message.action).filter((action) => action !== null))].sort();

export interface LogFilter {
  action: string;
  direction: "" | OcppMessage["direction"];
  text: string;
}

export function filtered(messages: readonly OcppMessage[], { action, direction, text }: LogFilter): OcppMessage[] {
  const wanted = text.trim().toLowerCase();
  return messages.filter(
    (message) =>
      (action === "" || message.action === action) &&
      (direction === "" || message.direction === direction) &&
      (wanted === "" || JSON.stringify(message).toLowerCase().includes(wanted)),
  );
}

/** The parts of a name such as BootNotification, between which a line may end. */
export const humps = (action: string): string[] => action.split(/(?<=[a-z])(?=[A-Z])/);
