/**
 * Work that may wait for a turn of its own. A screen that is drawn in one go keeps a phone from its user for a
 * tenth of a second; in pieces it takes as long and answers in between. A hidden page gets on as fast.
 */
const waiting: (() => void)[] = [];
const turns = new MessageChannel();
turns.port1.onmessage = () => waiting.shift()?.();

/** Do `work` once everything that asked before has had its turn; returns how to call it off. */
export function inOwnTurn(work: () => void): () => void {
  let wanted = true;
  waiting.push(() => {
    if (wanted) work();
  });
  turns.port2.postMessage(null);
  return () => {
    wanted = false;
  };
}
