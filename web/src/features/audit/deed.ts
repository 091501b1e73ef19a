/** A deed in a line: what was done, to what; pure. */
import type { Deed } from "$lib/api/types";

const spaced = (word: string): string =>
  word
    .replaceAll("_", " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(shown).join(", ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);

/** The kind of deed in words, then its charger or device, then what it says of itself. */
export function deedWords(deed: Deed, chargerName: (id: string) => string): string {
  const { operation, command, target, ...rest } = deed.detail as Record<string, unknown>;
  const what = spaced(String(operation ?? command ?? deed.kind));
  const where = deed.charger_id === null ? deed.device_id : chargerName(deed.charger_id);
  const details = Object.entries(rest).map(([name, value]) => `${spaced(name)} ${shown(value)}`);
  const parts = [where, ...(Array.isArray(target) ? target.map(shown) : []), ...details];
  const said = parts.filter((part) => part !== null && part !== "");
  return [what.charAt(0).toUpperCase() + what.slice(1), ...said].join(" · ");
}
