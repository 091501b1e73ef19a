/** How the phases of a charger may be wired to those of the grid, and how that is written; pure. */

/** The phases of the grid that a charger's own L1, L2, L3 hang on; the usual turns first. */
export const ROTATIONS: readonly (readonly number[])[] = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
  [1, 3, 2],
  [2, 1, 3],
  [3, 2, 1],
];

/** A wiring as the value of a choice; "" stands for one that nobody has told. */
export const wiringKey = (phases: readonly number[] | null): string => phases?.join("-") ?? "";

export const wiringFrom = (key: string): number[] | null => (key === "" ? null : key.split("-").map(Number));

export const phasesText = (phases: readonly number[]): string => phases.map((phase) => `L${phase}`).join(" ");
