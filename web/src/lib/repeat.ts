/** Work that is done again and again while the page is in sight; one at a time, and it decides nothing itself. */
import { untrack } from "svelte";

/**
 * Begin at once, then again `everyMs` after each end; returns how to stop. What the work reads restarts no effect that
 * it was begun in, or it would begin anew with everything that it changes itself.
 */
export function whileSeen(work: () => Promise<void>, everyMs: number): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const round = async (): Promise<void> => {
    if (!document.hidden) await untrack(work);
    if (!over) timer = setTimeout(() => void round(), everyMs);
  };
  void round();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
