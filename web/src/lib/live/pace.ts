/** When what has come is drawn: at once while little comes, and as often as eyes can follow while much does. */

export interface Pace {
  /** Runs work with the next frame. */
  frame: (work: () => void) => void;
  wait: (work: () => void, ms: number) => void;
  now: () => number;
}

/** Two hundred chargers say something new in every frame, and nobody reads numbers that change sixty times a second. */
const EVERY_MS = 100;

/** Runs work with the next frame, but no sooner than so long after the work before it. */
export function paced({ frame, wait, now }: Pace): (work: () => void) => void {
  let last = -Infinity;
  return (work) => {
    const draw = (): void =>
      frame(() => {
        last = now();
        work();
      });
    const left = last + EVERY_MS - now();
    if (left > 0) wait(draw, left);
    else draw();
  };
}
