/** How long to wait before trying to reach the server again; pure. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

const FIRST_OPENING_MS = 4_000;

/** How long a connection may take to open: it may have been put on a path that died in its sleep, or be slow. */
export const openingPatience = (failures: number): number =>
  Math.min(LONGEST_MS, FIRST_OPENING_MS * 2 ** Math.min(failures, 10));

/**
 * Twice as long after each failure, up to a ceiling, spread by `chance` (0–1) so that
 * many browsers do not return to a restarted server in the same instant.
 */
export function retryDelay(failures: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(ceiling * (0.5 + chance / 2));
}
