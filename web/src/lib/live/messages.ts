/** Reading one server-sent event; anything that is not what the contract says becomes null, never an exception. */
import type { LiveMessage, Snapshot } from "./state";

export const PATCH_KINDS = ["charger", "station", "device", "session", "notice", "inbox"] as const;
export type PatchKind = (typeof PATCH_KINDS)[number];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function readSnapshot(data: string): LiveMessage | null {
  const value = parsed(data);
  if (!isRecord(value) || !Array.isArray(value["chargers"]) || !Array.isArray(value["stations"])) return null;
  return { kind: "snapshot", snapshot: value as unknown as Snapshot };
}

export function readPatch(kind: PatchKind, data: string): LiveMessage | null {
  const value = parsed(data);
  if (!isRecord(value)) return null;
  const { id, seq, patch } = value;
  if (typeof id !== "string" || typeof seq !== "number") return null;
  if (patch !== null && !isRecord(patch)) return null;
  return { kind, id, seq, patch };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
