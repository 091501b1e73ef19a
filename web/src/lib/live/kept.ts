/**
 * What the app last knew, kept by the browser for a start without a server. Where there is no service worker
 * there is no such start, and nothing is kept.
 */
import type { Charger, Device, Me, Station } from "$lib/api/types";

export interface Kept {
  /** Whose it is; without the proof that a change needs. */
  me: Me;
  /** When the server was last heard, by this device's clock, in milliseconds. */
  at: number;
  chargers: readonly Charger[];
  stations: readonly Station[];
  devices: readonly Device[];
}

/** Not one of the worker's caches, which it answers requests from. */
const CACHE = "chargedeck-state";
const KEY = "/last-state";
/** About as long as a sign-in lasts; what is older helps nobody. */
const LONGEST_MS = 30 * 86_400_000;

export async function keepState(kept: Kept): Promise<void> {
  const body = JSON.stringify({ ...kept, me: { ...kept.me, csrf_token: "" } });
  await (await browserCaches()?.open(CACHE))?.put(KEY, new Response(body));
}

/** The last state, unless there is none, it is too old, or it cannot be read. */
export async function recallState(now: number): Promise<Kept | null> {
  try {
    const found = await browserCaches()?.match(KEY, { cacheName: CACHE });
    return found === undefined ? null : readKept(await found.text(), now);
  } catch {
    return null;
  }
}

/** Called whenever nobody is signed in, so that the next person sees nothing of the last. */
export async function forgetState(): Promise<void> {
  await browserCaches()?.delete(CACHE);
}

/** An earlier version may have written it; what is not whole is as good as nothing. */
export function readKept(text: string, now: number): Kept | null {
  const kept = JSON.parse(text) as Partial<Kept>;
  const whole =
    typeof kept.me?.id === "string" &&
    typeof kept.at === "number" &&
    [kept.chargers, kept.stations, kept.devices].every((items) => Array.isArray(items));
  return whole && now - (kept.at ?? 0) < LONGEST_MS ? (kept as Kept) : null;
}

/** Browsers keep nothing for a page that came without HTTPS, except from this very machine. */
const browserCaches = (): CacheStorage | undefined => globalThis.caches;
