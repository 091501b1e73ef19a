/** A deed in a line: what was done, to what; pure. */
import type { Deed } from "$lib/api/types";

/** Only what says itself what it is; a switch without its name would say nothing. */
const shown = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.flatMap(shown)
    : typeof value === "string" || typeof value === "number"
      ? [String(value)]
      : [];

/** The server's words for it, then its charger or device, then what else there is to it. */
export function deedWords(deed: Deed, chargerName: (id: string) => string): string {
  const { operation: _operation, command: _command, ...rest } = deed.detail as Record<string, unknown>;
  const where = deed.charger_id === null ? deed.device_id : chargerName(deed.charger_id);
  const parts = [where ?? "", ...Object.values(rest).flatMap(shown)];
  return [deed.words, ...parts.filter((part) => part !== "")].join(" · ");
}
