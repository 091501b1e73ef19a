/** What a wall display shows first, and how large; pure. */
import type { Charger, Status } from "$lib/api/types";
import { shownPower } from "$lib/charger/current";

/** What somebody has to see to comes first, what nobody waits for last. */
const ORDER: readonly Status[] = ["error", "charging", "awaiting", "paused", "available", "offline"];

/** The chargers of a wall: one where one is named, those of a station, or all; they come sorted by name. */
export function onTheWall(chargers: readonly Charger[]): Charger[] {
  const place = ({ status }: Charger): number => ORDER.indexOf(status);
  return [...chargers].sort((one, other) => place(one) - place(other));
}

/** The least width of a tile, in rem: a few are read from across the room, many still fit. */
export function tileWidth(count: number): number {
  if (count <= 2) return 30;
  if (count <= 6) return 22;
  return count <= 20 ? 16 : 12;
}

/** The power of all together, in watts; null while none of them tells any. */
export function together(chargers: readonly Charger[]): number | null {
  const known = chargers.map(shownPower).filter((watts) => watts !== null);
  return known.length === 0 ? null : known.reduce((sum, watts) => sum + watts, 0);
}
