/** Work that is done again and again while the page is in sight; one at a time, and it decides nothing itself. */

/** Begin at once, then again `everyMs` after each end; returns how to stop. */
export function whileSeen(work: () => Promise<void>, everyMs: number): () => void {
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const round = async (): Promise<void> => {
    if (!document.hidden) await work();
    if (!over) timer = setTimeout(() => void round(), everyMs);
  };
  void round();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
