/** How old the knowledge of a charger is, in words: fresh, old from 15 s, or last seen; pure. */
import type { Charger } from "$lib/api/types";
import { age } from "$lib/format/duration";
import { ageWords } from "$lib/format/words";
import { m } from "../../paraglide/messages.js";

const OLD_S = 15;

/** `live`: whether the server can be reached, so that the state is more than a memory. */
export function freshness(
  { seen_at, status }: Pick<Charger, "seen_at" | "status">,
  now: number,
  live: boolean,
): { words: string; old: boolean } {
  if (seen_at === null) return { words: m.age_never(), old: false };
  const seconds = Math.max(0, (now - Date.parse(seen_at)) / 1000);
  const words = ageWords(age(seconds));
  if (status === "offline") return { words: m.age_last_seen({ age: words }), old: false };
  const old = seconds >= OLD_S;
  return { words: live && !old ? m.age_live({ age: words }) : m.age_ago({ age: words }), old };
}
