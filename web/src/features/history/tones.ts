/** One colour for each reason of a limit, the same in every lane; pure. */
import type { LimitReason } from "$lib/api/types";
import type { Tone } from "$lib/charger/look";

const TONES: Record<LimitReason, Tone> = {
  installation: "grey",
  user: "cyan",
  dynamic: "blue",
  load_balancing: "amber",
  meter_lost: "red",
  schedule: "violet",
  price: "violet",
  solar: "yellow",
  ocpp: "blue",
  temperature: "red",
  cable: "grey",
  phase_switching: "blue",
  grid_operator: "red",
};

export const toneOfLimit = (reason: LimitReason): Tone => TONES[reason] ?? "grey";
