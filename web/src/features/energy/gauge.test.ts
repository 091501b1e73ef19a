import { describe, expect, it } from "vitest";
import type { PhaseLoad } from "$lib/api/types";
import { phase } from "../../testing/energy";
import { gauge, tightest } from "./gauge";

describe("gauge", () => {
  it("stacks the chargers on the house", () => {
    expect(gauge(phase())).toEqual({ house: 0.2, total: 0.6, fill: "free" });
  });

  it.each([
    ["tight", { current_a: 23, headroom_a: 2 }],
    ["free", { current_a: 22.5, headroom_a: 2.5 }],
    ["tight", { current_a: 25, headroom_a: 0 }],
    ["over", { current_a: 25.1, headroom_a: -0.1 }],
    ["export", { current_a: -4, headroom_a: 29 }],
    ["unknown", { current_a: null, headroom_a: null }],
  ] as [string, Partial<PhaseLoad>][])("is %s at %o", (fill, changes) => {
    expect(gauge(phase(changes)).fill).toBe(fill);
  });

  it("never draws beyond its ends", () => {
    for (const current_a of [-40, 0, 3, 25, 400, null]) {
      const { house, total } = gauge(phase({ current_a, chargers_a: 30, headroom_a: null }));
      expect(house).toBeGreaterThanOrEqual(0);
      expect(house).toBeLessThanOrEqual(total);
      expect(total).toBeLessThanOrEqual(1);
    }
  });

  it("gives the sun's part to the chargers, not a negative one to the house", () => {
    expect(gauge(phase({ current_a: 4, house_a: -6, chargers_a: 10, headroom_a: 21 }))).toMatchObject({
      house: 0,
      total: 0.16,
    });
  });

  it("names the phase with the least room among those that are known", () => {
    const phases = [phase(), phase({ phase: 2, headroom_a: 3 }), phase({ phase: 3, headroom_a: null })];
    expect(tightest(phases)?.phase).toBe(2);
    expect(tightest([phase({ headroom_a: null })])).toBeNull();
  });
});
