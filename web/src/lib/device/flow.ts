/** Which way energy flows through a meter at the grid connection: positive is import; pure. */

export type Flow = "import" | "export" | "none" | "unknown";

/** Below this a meter shows its own noise. */
const NOISE_W = 5;

export function flow(watts: number | null): Flow {
  if (watts === null) return "unknown";
  if (Math.abs(watts) < NOISE_W) return "none";
  return watts > 0 ? "import" : "export";
}
