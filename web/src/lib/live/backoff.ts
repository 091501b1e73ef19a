/** How long to wait before trying to reach the server again; pure. */

const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Twice as long after each failure, up to a ceiling, spread by `chance` (0–1) so that
 * many browsers do not return to a restarted server in the same instant.
 */
export function retryDelay(failures: number, chance: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(ceiling * (0.5 + chance / 2));
}
