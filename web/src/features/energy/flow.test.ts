import { describe, expect, it } from "vitest";
import type { EnergyFlow } from "$lib/api/types";
import { flowing } from "../../testing/energy";
import { picture, type Part } from "./flow";

describe("picture", () => {
  const line = (now: EnergyFlow, part: Part) => picture(now, 320).lines.find((one) => one.part === part);

  it("leaves out the sources nobody measures, and keeps a place for grid and house", () => {
    const parts = picture(flowing({ grid_w: null, house_w: null }), 320).lines.map(({ part }) => part);
    expect(parts).toEqual(["grid", "house", "chargers"]);
    expect(line(flowing({ grid_w: null }), "grid")?.direction).toBe("unknown");
  });

  it.each([
    ["grid", { grid_w: 500 }, "in"],
    ["grid", { grid_w: -500 }, "out"],
    ["grid", { grid_w: 2 }, "still"],
    ["solar", { solar_w: 4000 }, "in"],
    ["battery", { battery_w: -900 }, "out"],
    ["battery", { battery_w: 900 }, "in"],
    ["house", { house_w: 400 }, "out"],
    ["house", { house_w: -400 }, "in"],
    ["chargers", { chargers_w: 0 }, "still"],
    ["chargers", { chargers_w: 7000 }, "out"],
  ] as [Part, Partial<EnergyFlow>, string][])("%s with %o flows %s", (part, now, direction) => {
    expect(line(flowing(now), part)?.direction).toBe(direction);
  });

  it("keeps every box inside, and none on another, at any width", () => {
    for (const width of [0, 280, 328, 560, 900]) {
      const drawn = picture(flowing({ solar_w: 100, battery_w: 0 }), width);
      for (const one of drawn.lines) {
        expect(one.x).toBeGreaterThanOrEqual(0);
        expect(one.x + drawn.box.width).toBeLessThanOrEqual(drawn.width);
        expect(one.y).toBeGreaterThanOrEqual(0);
        expect(one.y + drawn.box.height).toBeLessThanOrEqual(drawn.height);
        for (const other of drawn.lines) {
          const apart = Math.abs(one.x - other.x) >= drawn.box.width || Math.abs(one.y - other.y) >= drawn.box.height;
          expect(one === other || apart).toBe(true);
        }
      }
    }
  });

  it("is thicker and faster with more power, and still without any", () => {
    const [little, much] = [line(flowing({ house_w: 200 }), "house"), line(flowing({ house_w: 9000 }), "house")];
    expect(much?.width).toBeGreaterThan(little?.width ?? 0);
    expect(much?.speed).toBeGreaterThan(little?.speed ?? 0);
    expect(line(flowing({ grid_w: 0 }), "grid")?.speed).toBe(0);
  });

  it("points its arrows where energy goes", () => {
    expect(line(flowing({ grid_w: 500 }), "grid")?.arrow.angle).toBeCloseTo(0);
    expect(line(flowing({ grid_w: -500 }), "grid")?.arrow.angle).toBeCloseTo(180);
  });

  it("draws the same thickness for all where nothing flows", () => {
    const widths = picture(flowing({ grid_w: 0, house_w: 0, chargers_w: 0 }), 320).lines.map(({ width }) => width);
    expect(new Set(widths).size).toBe(1);
  });
});
