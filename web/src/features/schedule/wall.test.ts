import { describe, expect, it } from "vitest";
import { instantOf, nextMorning, wallOf } from "./wall";

const BERLIN = "Europe/Berlin";

describe("a clock on the wall", () => {
  it.each([
    ["2026-01-05T07:00", "2026-01-05T06:00:00.000Z"],
    ["2026-07-05T07:00", "2026-07-05T05:00:00.000Z"],
    ["2026-03-29T03:30", "2026-03-29T01:30:00.000Z"],
  ])("%s in Berlin is %s", (wall, instant) => {
    expect(instantOf(BERLIN, wall)?.toISOString()).toBe(instant);
    expect(wallOf(BERLIN, new Date(instant))).toBe(wall);
  });

  it("knows no time that is none", () => {
    expect(instantOf(BERLIN, "")).toBeNull();
  });

  it.each([
    ["2026-01-04T22:00:00Z", "2026-01-05T07:00"],
    ["2026-01-05T03:00:00Z", "2026-01-05T07:00"],
    ["2026-01-05T05:30:00Z", "2026-01-06T07:00"],
  ])("after %s the next morning is %s", (now, wall) => {
    expect(nextMorning(BERLIN, new Date(now), 7)).toBe(wall);
  });
});
