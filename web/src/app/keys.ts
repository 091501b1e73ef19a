/** What a key means anywhere in the app, decided without a browser; pure. */

export type Meaning = "palette" | "help" | "chargers" | "energy" | "history" | "lead";

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const AFTER_G: Record<string, Meaning> = { c: "chargers", e: "energy", h: "history" };

/**
 * `led`: a `g` came just before. `free`: nobody is writing, no sheet is open and single keys are wanted; without it
 * only the key with Ctrl or Cmd counts, which no text has.
 */
export function meaningOf({ key, ctrlKey, metaKey, altKey }: Pressed, free: boolean, led: boolean): Meaning | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "k" ? "palette" : null;
  if (!free) return null;
  if (led) return AFTER_G[key.toLowerCase()] ?? null;
  if (key === "/") return "palette";
  if (key === "?") return "help";
  return key === "g" ? "lead" : null;
}

/** Whether a key writes a character. */
export const isText = ({ key, ctrlKey, metaKey, altKey }: Pressed): boolean =>
  [...key].length === 1 && !ctrlKey && !metaKey && !altKey;

const KEY = "chargedeck.keys";

/** Single keys can be switched off, for those whose speech input or hands press them by mistake. */
export function singleKeys(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

export function wantSingleKeys(wanted: boolean): void {
  try {
    if (wanted) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // A browser that keeps nothing for us has them as they come.
  }
}
