import { expect, it } from "vitest";
import { CURRENTS, isSettable, MODES } from "./balancing";

it("offers the four modes and never power share", () => {
  expect(MODES.every(isSettable)).toBe(true);
  expect(isSettable("power_share")).toBe(false);
  expect(isSettable("unknown")).toBe(false);
});

it("tells every range in its hint", () => {
  for (const { hint, min, max } of CURRENTS) expect(hint({ min, max })).toContain(`${min} to ${max}`);
});
