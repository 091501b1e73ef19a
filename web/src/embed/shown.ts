/** What the stream of an embedded card tells of its charger, and what follows from it; pure. */
import type { Charger, ChargerError, Limit } from "$lib/api/types";

export interface Shown extends Pick<
  Charger,
  "name" | "status" | "status_reason" | "power_w" | "allowed_current_a" | "seen_at"
> {
  /** Of the phase that carries most; null where the charger does not say. */
  current_a: number | null;
  session: { energy_wh: number } | null;
  limit: Pick<Limit, "current_a" | "reason" | "binding">;
  errors: readonly Pick<ChargerError, "type" | "severity">[];
}

/** While a session is on there are figures to show, also those that were last known of a charger that is away. */
export const inNumbers = ({ status, session }: Pick<Shown, "status" | "session">): boolean =>
  status === "charging" || status === "paused" || (status === "offline" && session !== null);
