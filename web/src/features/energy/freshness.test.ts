import { describe, expect, it } from "vitest";
import type { Balancing, Energy } from "$lib/api/types";
import { flowing, grant, phase } from "../../testing/energy";
import { charger } from "../../testing/resources";
import { asKnown } from "./freshness";
import { unmeasured } from "./unmeasured";

describe("a station that is off and measures nothing", () => {
  const balancing = { placements: [{ charger_id: "garage", circuit: "b", phases: null }] } as unknown as Balancing;

  it("knows what its chargers draw, and nothing of the house", () => {
    const now = unmeasured(
      [charger(), charger({ id: "x", seen_at: null, power_w: 999 })],
      null,
      "2026-03-01T10:00:00Z",
    );
    expect(now.flow).toEqual({ grid_w: null, solar_w: null, battery_w: null, house_w: null, chargers_w: 7360 });
    expect(now.meter.source).toBe("none");
    expect(now.phases).toEqual([]);
  });

  it("still says what each charger may draw and why", () => {
    const [first] = unmeasured([charger()], balancing, "2026-03-01T10:00:00Z").grants;
    expect(first).toMatchObject({ current_a: 16, reason: "user", confirmed_a: 16, circuit: "b", wants: true });
    const [anothers, idle] = unmeasured(
      [charger({ session: null }), charger({ session: null, status: "available" })],
      balancing,
      "2026-03-01T10:00:00Z",
    ).grants;
    expect([anothers?.wants, idle?.wants]).toEqual([true, false]);
  });
});

describe("what is known when the server has fallen silent", () => {
  const AT = "2026-03-01T10:00:00Z";
  const told: Energy = {
    mode: "off",
    at: AT,
    flow: flowing({ solar_w: 500 }),
    meter: { source: "pushed", device_id: null, at: AT, lost: false, meter_id: null },
    phases: [phase()],
    circuits: [],
    grants: [grant({ current_a: 99 })],
    meters: [],
  };
  const after = (seconds: number | null) =>
    asKnown(told, {
      chargers: [charger()],
      balancing: null,
      now: seconds === null ? null : Date.parse(AT) + seconds * 1000,
    });

  it("is what was told, while that is fresh or nothing can be heard", () => {
    expect(after(3)).toBe(told);
    expect(after(null)).toBe(told);
  });

  it("has lost its meter after 15 s, and knows the chargers by themselves", () => {
    const now = after(16);
    expect(now.meter).toEqual({ ...told.meter, lost: true });
    expect(now.flow).toMatchObject({ grid_w: 3000, solar_w: 500, chargers_w: 7360 });
    expect(now.grants[0]?.current_a).toBe(16);
  });

  it("shows no reading that is older than a minute", () => {
    const now = after(61);
    expect(now.flow).toMatchObject({ grid_w: null, solar_w: null, house_w: null });
    expect(now.phases[0]).toMatchObject({ current_a: null, headroom_a: null, rating_a: 25 });
    expect(now.meter.at).toBe(AT);
  });
});
