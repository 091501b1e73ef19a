import { describe, expect, it } from "vitest";
import { arc, dashes, share, turnRate } from "./ring";

const circle = { centre: 100, radius: 80 };

describe("arc", () => {
  it("starts at the top and runs clockwise", () => {
    expect(arc(circle, 0, 0.25)).toBe("M 100 20 A 80 80 0 0 1 180 100");
  });

  it("takes the long way for more than half a turn", () => {
    expect(arc(circle, 0, 0.75)).toBe("M 100 20 A 80 80 0 1 1 20 100");
  });

  it("is empty without length and closed when all around", () => {
    expect(arc(circle, 0.3, 0.3)).toBe("");
    expect(arc(circle, 0, 1)).toBe("M 100 20 A 80 80 0 1 1 100 180 A 80 80 0 1 1 100 20 Z");
    expect(arc(circle, 0, 7)).toBe(arc(circle, 0, 1));
  });

  it("may begin before the top", () => {
    expect(arc(circle, -0.125, 0.125)).toBe("M 43.43 43.43 A 80 80 0 0 1 156.57 43.43");
  });
});

describe("share", () => {
  it.each([
    [5, 10, 0.5],
    [12, 10, 1],
    [-1, 10, 0],
    [5, 0, 0],
    [null, 10, 0],
  ])("%d of %d is %d", (value, possible, expected) => {
    expect(share(value, possible)).toBe(expected);
  });
});

describe("turnRate", () => {
  it.each([null, 0, -3])("stands still at %d A", (amps) => {
    expect(turnRate(amps)).toBe(0);
  });

  it("grows with the current and stays watchable", () => {
    expect(turnRate(1)).toBe(0.12);
    expect(turnRate(16)).toBeCloseTo(0.32);
    expect(turnRate(32)).toBeCloseTo(0.64);
    expect(turnRate(80)).toBe(0.8);
  });
});

it("dashes divide the circumference evenly", () => {
  const [dash, gap] = dashes(circle, 40).split(" ").map(Number) as [number, number];
  expect((dash + gap) * 40).toBeCloseTo(2 * Math.PI * 80, 0);
});
