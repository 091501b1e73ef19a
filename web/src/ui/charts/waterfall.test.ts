import { describe, expect, it } from "vitest";
import { waterfall } from "./waterfall";

const steps = (...amounts: number[]) => amounts.map((amount, index) => ({ id: String(index), amount }));

describe("a waterfall", () => {
  it("begins each step where the one before ended", () => {
    const { steps: falls, total, zero } = waterfall(steps(6, 3, 1));
    expect(falls.map(({ start, length }) => [start, length].map((share) => Number(share.toFixed(3))))).toEqual([
      [0, 0.6],
      [0.6, 0.3],
      [0.9, 0.1],
    ]);
    expect(total).toMatchObject({ start: 0, length: 1, amount: 10, falls: false });
    expect(zero).toBe(0);
  });

  it("goes back for what lowers the sum, and below nought", () => {
    const { steps: falls, total, zero } = waterfall(steps(2, -6));
    expect(zero).toBeCloseTo(4 / 6);
    expect(falls[1]).toMatchObject({ start: 0, length: 1, falls: true });
    expect(total.start).toBe(0);
    expect(total.start + total.length).toBeCloseTo(zero);
  });

  it("leaves out what adds nothing", () => {
    expect(waterfall(steps(1, 0, 2)).steps.map(({ id }) => id)).toEqual(["0", "2"]);
    expect(waterfall([]).total).toMatchObject({ amount: 0, length: 0 });
  });
});
