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
 * Pausing only ever stands beside another button, so it is never the main one. Starting and authorising
 * let the same session begin: of the two, the one that the badge speaks of is shown.
 */
export function buttons({ actions, status_reason }: Pick<Charger, "actions" | "status_reason">): Buttons {
  const twin: Action = status_reason === "authorization" ? "start" : "authorize";
  const both = actions.includes("start") && actions.includes("authorize");
  const offered = actions
    .filter((action): action is ChargerCommand => CHARGING_COMMANDS.has(action))
    .filter((action) => !both || action !== twin);
  const main = offered.find((action) => action !== "pause") ?? null;
  return { main, side: offered.filter((action) => action !== main) };
}

export type Hindrance =
  "offline" | "inspection" | "error" | "locked" | "updating" | "inoperative" | "unplugged" | "busy";

/** Why there is no main button, in the order of what to mend first. */
export function hindrance(charger: Charger): Hindrance {
  if (charger.status === "offline") return "offline";
  if (charger.inspection_required) return "inspection";
  if (charger.status === "error") return "error";
  if (charger.locked || charger.status_reason === "locked") return "locked";
  if (charger.status_reason === "updating") return "updating";
  if (charger.availability === "inoperative") return "inoperative";
  return charger.plugged ? "busy" : "unplugged";
}
