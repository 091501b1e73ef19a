import { describe, expect, it } from "vitest";
import type { Rung } from "$lib/api/types";
import { causeSentence } from "./cause";

const BERLIN = { locale: "en-GB", timeZone: "Europe/Berlin" };
const cause = (code: string, values: Record<string, number | string> = {}): Pick<Rung, "cause" | "detail"> => ({
  detail: "the server's own words",
  cause: { code, values } as Rung["cause"],
});
const full = { current_a: 13, circuit: "", rating_a: 25, phase: 2 };

describe("causeSentence", () => {
  it.each([
    [cause("outside_allowed_hours"), "outside the allowed hours"],
    [cause("forbidden_hours", { until: "2026-06-01T20:00:00Z" }), "forbidden hours until Mon 22:00"],
    [cause("start_delay", { until: "2026-06-01T20:00:00Z" }), "random delay until Mon 22:00"],
    [cause("start_delay", { seconds: 42 }), "random delay: starts in 42 s"],
    [cause("solar_surplus", { power_kw: 3 }), "solar surplus of 3.0 kW"],
    [cause("enough_for_now", { energy_kwh: 7.5 }), "7.5 kWh are enough for now"],
    [cause("charged_as_planned"), "charged as planned"],
    [
      cause("solar_expected", { power_kw: 4.2, at: "2026-06-02T09:15:00Z" }),
      "solar surplus of 4.2 kW expected Tue 11:15",
    ],
    [
      cause("cheaper_later", { price_then: 0.094, price_now: 0.3, at: "2026-06-01T22:00:00Z" }),
      "0.094 per kWh Tue 00:00, 0.300 now",
    ],
    [
      cause("cheaper_later", { price_then: -0.01, price_now: 0.3, at: "2026-06-01T22:00:00Z", estimated: 1 }),
      "-0.010 per kWh Tue 00:00, 0.300 now, estimated",
    ],
    [cause("raised_slowly", { current_a: 9.5 }), "9.5 A: raised slowly"],
    [cause("meter_silent", { current_a: 6, circuit: "" }), "6 A: the meter of house is silent"],
    [cause("circuit_power", { current_a: 8, circuit: "Yard", power_kw: 11 }), "8 A: Yard may take 11.0 kW"],
    [
      cause("circuit_unbalance", { current_a: 16, circuit: "", unbalance_a: 20 }),
      "16 A: the phases of house may differ by 20 A",
    ],
    [cause("circuit_full", { ...full, load_a: 12 }), "13 A: house 12 A of 25 A on L2"],
    [
      cause("circuit_full", { ...full, load_a: 12, minutes: 3, others_a: 4 }),
      "13 A: house 12 A in the last 3 min and other cars 4 A of 25 A on L2",
    ],
    [cause("circuit_full", { ...full, others_a: 0 }), "13 A: other cars 0 A of 25 A on L2"],
    [cause("one_phase"), "charging on one phase is disabled"],
    [cause("sun", { power_kw: 1.5 }), "sun 1.5 kW"],
    [cause("sun", { power_kw: 1.5, least_a: 6 }), "sun 1.5 kW, at least 6 A"],
    [cause("sun", { power_kw: -0.2, needed_kw: 4.1 }), "sun -0.2 kW of 4.1 kW"],
    [cause("operator_allows", { power_kw: 4.2 }), "the grid operator allows 4.2 kW"],
  ])("%o is “%s”", (told, sentence) => {
    expect(causeSentence(BERLIN, told)).toBe(sentence);
  });

  it("says nothing more of a pause, whose name says it", () => {
    expect(causeSentence(BERLIN, cause("paused"))).toBeNull();
  });

  it("leaves to the server what it does not know, and what has no cause", () => {
    expect(causeSentence(BERLIN, cause("of_a_later_version"))).toBe("the server's own words");
    expect(causeSentence(BERLIN, { cause: null, detail: "a device's words" })).toBe("a device's words");
    expect(causeSentence(BERLIN, { cause: null, detail: null })).toBeNull();
    expect(causeSentence(BERLIN, { detail: "kept by an earlier version" } as never)).toBe("kept by an earlier version");
  });
});
