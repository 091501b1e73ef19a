import { describe, expect, it } from "vitest";
import type { SolarSettings } from "$lib/api/types";
import { broughtOn, solarForm, solarSettings } from "./solar";

const settings: SolarSettings = {
  latitude_deg: 44.4,
  longitude_deg: -26.1,
  planes: [
    { peak_w: 5500, tilt_deg: 30, azimuth_deg: 170 },
    { peak_w: 2000, tilt_deg: 90, azimuth_deg: 270 },
  ],
  service: "open_meteo",
};

describe("panels", () => {
  it("fill the form and come back as they were", () => {
    expect(solarSettings(solarForm(settings))).toEqual(settings);
  });

  it("begin as one plane that looks south", () => {
    expect(solarForm(null)).toMatchObject({ planes: [{ tilt: "35", azimuth: "180" }], asks: false });
  });
});

describe("what a forecast brings", () => {
  it("is counted by the day that a slot begins on", () => {
    const slot = (start: string, solar_w: number) => ({ start, solar_w, house_w: 0 });
    const slots = [
      slot("2026-06-01T23:45:00Z", 400),
      slot("2026-06-02T00:00:00Z", 1000),
      slot("2026-06-02T12:00:00Z", 3000),
    ];
    expect(broughtOn(slots, "2026-06-02", (at) => at.toISOString().slice(0, 10))).toBe(1000);
  });
});
