import { describe, expect, it } from "vitest";
import { lanes } from "../history/lanes";
import { heldBy, laneAt, spanFrom } from "./past";

describe("what chargers got", () => {
  const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString();
  const past = lanes(
    [
      { from: at(0), to: at(20), current_a: 16, reason: "user" },
      { from: at(20), to: at(30), current_a: 6, reason: "load_balancing" },
      { from: at(30), to: at(60), current_a: 13, reason: "load_balancing" },
    ],
    Date.parse(at(0)),
    Date.parse(at(60)),
  );

  it("is summed up by reason, the longest first", () => {
    expect(heldBy(past)).toEqual([
      { reason: "load_balancing", seconds: 2400, least: 6, most: 13 },
      { reason: "user", seconds: 1200, least: 16, most: 16 },
    ]);
  });

  it.each([
    [0, 16],
    [0.34, 6],
    [0.5, 13],
    [1, 13],
  ])("at %s of the time was %s A", (place, current_a) => {
    expect(laneAt(past, place)?.amps).toBe(current_a);
  });

  it("is not known where nothing was recorded", () => {
    expect(laneAt([], 0.5)).toBeUndefined();
    expect(heldBy([])).toEqual([]);
  });

  it("goes back as far as the address says, if it says so", () => {
    expect(spanFrom("6h")).toBe("6h");
    expect(spanFrom("7h")).toBeNull();
    expect(spanFrom("toString")).toBeNull();
    expect(spanFrom(null)).toBeNull();
  });
});
