import { describe, expect, it } from "vitest";
import { charger, station } from "../../testing/resources";
import { readKept } from "./kept";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const DAY = 86_400_000;
const kept = { me: { id: "u1" }, at: NOON, chargers: [charger()], stations: [station()], devices: [] };

describe("readKept", () => {
  it("gives back what was kept", () => {
    expect(readKept(JSON.stringify(kept), NOON + DAY)).toEqual(kept);
  });

  it.each([
    ["a month old", kept, NOON + 31 * DAY],
    ["without a person", { ...kept, me: {} }, NOON],
    ["without its time", { ...kept, at: undefined }, NOON],
    ["of a version that kept less", { ...kept, devices: undefined }, NOON],
  ])("nothing that is %s", (_, written, now) => {
    expect(readKept(JSON.stringify(written), now)).toBeNull();
  });
});
