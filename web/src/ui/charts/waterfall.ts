/** A sum as steps that each begin where the one before ended; pure. */

export interface Step {
  id: string;
  amount: number;
}

export interface Fall extends Step {
  /** Where the bar lies, as shares of the whole width, 0–1. */
  start: number;
  length: number;
  /** It lowers the sum. */
  falls: boolean;
}

export interface Waterfall {
  steps: Fall[];
  total: Fall;
  /** Where nought is, 0–1; not at the edge when a sum on the way is negative. */
  zero: number;
}

/** Steps that add nothing are left out; the total is the sum of the rest. */
export function waterfall(steps: readonly Step[]): Waterfall {
  const counted = steps.filter(({ amount }) => amount !== 0);
  let sum = 0;
  const edges = counted.map((step) => {
    const from = sum;
    sum += step.amount;
    return { step, from, to: sum };
  });
  const low = Math.min(0, ...edges.map(({ to }) => to));
  const high = Math.max(0, ...edges.map(({ to }) => to));
  const span = high - low || 1;
  const place = (value: number): number => (value - low) / span;
  const fall = ({ id, amount }: Step, from: number, to: number): Fall => ({
    id,
    amount,
    start: place(Math.min(from, to)),
    length: Math.abs(to - from) / span,
    falls: to < from,
  });
  return {
    steps: edges.map(({ step, from, to }) => fall(step, from, to)),
    total: fall({ id: "total", amount: sum }, 0, sum),
    zero: place(0),
  };
}
