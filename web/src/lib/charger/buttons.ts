/** Which buttons a charger offers, derived from the server's list of possible actions and nothing else; pure. */
import type { Action, Charger, ChargerCommand } from "$lib/api/types";

const CHARGING_COMMANDS: ReadonlySet<Action> = new Set([
  "start",
  "stop",
  "authorize",
  "resume",
  "charge-now",
  "pause",
] satisfies Action[]);

export interface Buttons {
  main: ChargerCommand | null;
  /** Shown beside the main button, most important first. */
  side: ChargerCommand[];
}

/**
 * The server lists what is possible, the most important first, and the app keeps to that order. Charge now stands
 * here only while it is the way to any energy at all; what else there is to a plan stands with the plan.
 */
export function buttons({ actions }: Pick<Charger, "actions">): Buttons {
  const [main = null, ...rest] = actions.filter((action): action is ChargerCommand => CHARGING_COMMANDS.has(action));
  return { main, side: rest.filter((action) => action !== "charge-now") };
}

export type Hindrance =
  "offline" | "inspection" | "error" | "locked" | "updating" | "inoperative" | "others" | "unplugged" | "busy";

/** Why there is no main button, in the order of what to mend first. */
export function hindrance(charger: Charger): Hindrance {
  if (charger.status === "offline") return "offline";
  if (charger.inspection_required) return "inspection";
  if (charger.status === "error") return "error";
  if (charger.locked || charger.status_reason === "locked") return "locked";
  if (charger.status_reason === "updating") return "updating";
  if (charger.availability === "inoperative") return "inoperative";
  // A charger that answers can always be told something; that nothing is offered is for this person alone.
  if (charger.actions.length === 0) return "others";
  return charger.plugged ? "busy" : "unplugged";
}
