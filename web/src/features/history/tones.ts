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

/** A person's own 0 A is a pause and has its colour. */
export const toneOfLimit = ({ reason, amps }: { reason: LimitReason; amps: number }): Tone =>
  reason === "user" && amps === 0 ? "amber" : (TONES[reason] ?? "grey");
