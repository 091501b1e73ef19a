/** Colour, motion and icon of a charger's state, the same on badge, ring and lanes; pure. */
import type { Charger, Status, StatusReason } from "$lib/api/types";

export type Tone = "green" | "blue" | "violet" | "cyan" | "amber" | "red" | "grey" | "yellow";
export type Motion = "pulse" | "steady" | "turning" | "blink-top" | "dashed";
export type StateIcon = "plug" | "bolt" | "card" | "car" | "pause" | "warning" | "offline" | "lock" | "download";

export interface Look {
  tone: Tone;
  motion: Motion;
  icon: StateIcon;
}

const BY_STATUS: Record<Status, Look> = {
  available: { tone: "green", motion: "pulse", icon: "plug" },
  awaiting: { tone: "blue", motion: "steady", icon: "car" },
  charging: { tone: "cyan", motion: "turning", icon: "bolt" },
  paused: { tone: "amber", motion: "blink-top", icon: "pause" },
  error: { tone: "red", motion: "steady", icon: "warning" },
  offline: { tone: "grey", motion: "dashed", icon: "offline" },
};

const BY_REASON: Partial<Record<StatusReason, Look>> = {
  authorization: { tone: "violet", motion: "steady", icon: "card" },
  locked: { tone: "red", motion: "pulse", icon: "lock" },
  updating: { tone: "yellow", motion: "steady", icon: "download" },
  inspection: { tone: "red", motion: "steady", icon: "warning" },
};

/** A device that is gone or broken looks so, whatever the reason says besides. */
export function look({ status, status_reason: reason }: Pick<Charger, "status" | "status_reason">): Look {
  if (status === "offline" || status === "error" || reason === null) return BY_STATUS[status];
  return BY_REASON[reason] ?? BY_STATUS[status];
}
