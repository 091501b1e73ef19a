import { describe, expect, it } from "vitest";
import { wiringFrom, wiringKey } from "./placement";
import { curl, EXAMPLE, pushAddress } from "./push";
import { CURRENTS, stopsWith } from "./settings";

it("keeps a wiring through its choice", () => {
  expect(wiringFrom(wiringKey([2, 3, 1]))).toEqual([2, 3, 1]);
  expect(wiringFrom(wiringKey(null))).toBeNull();
});

it("offers no fail-safe current between 0 and 6 A", () => {
  const { stops } = CURRENTS.find(({ name }) => name === "meter_lost_current_a") ?? { stops: [] };
  expect(stops.slice(0, 3)).toEqual([0, 6, 7]);
  expect(stops.at(-1)).toBe(32);
});

it("shows a value between two stops as it is", () => {
  expect(stopsWith([6, 7, 8], 7)).toEqual([6, 7, 8]);
  expect(stopsWith([6, 7, 8], 7.5)).toEqual([6, 7, 7.5, 8]);
});

describe("push", () => {
  it("shows a reading that a program can send", () => {
    const { phases } = JSON.parse(EXAMPLE) as { phases: { phase: number }[] };
    expect(phases.map(({ phase: number }) => number)).toEqual([1, 2, 3]);
  });

  it("leads to the station by its id", () => {
    const address = pushAddress("http://box:8080", "home sweet");
    expect(address).toBe("http://box:8080/api/stations/home%20sweet/readings");
    expect(curl(address)).toContain(address);
  });
});
