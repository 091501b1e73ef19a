import { describe, expect, it } from "vitest";
import type { Action, Phase } from "$lib/api/types";
import { charger } from "../../testing/resources";
import { buttons, hindrance } from "./buttons";
import {
  chargingSeconds,
  drawnCurrent,
  equivalentPower,
  neverFalling,
  phaseCount,
  presets,
  shownPower,
} from "./current";
import { follower, shownChargers } from "./filter";
import { ladderRows, onlyPhase } from "./ladder";
import { look } from "./look";

const phase = (changes: Partial<Phase>): Phase => ({
  phase: 1,
  voltage_v: 230,
  current_a: 0,
  power_w: 0,
  power_factor_ratio: null,
  computed: [],
  ...changes,
});

describe("look", () => {
  it.each([
    ["available", null, "green", "pulse"],
    ["awaiting", "vehicle", "blue", "steady"],
    ["awaiting", "authorization", "violet", "steady"],
    ["charging", null, "cyan", "turning"],
    ["paused", "load_balancing", "amber", "blink-top"],
    ["paused", "user", "amber", "blink-top"],
    ["error", null, "red", "steady"],
    ["error", "locked", "red", "steady"],
    ["offline", null, "grey", "dashed"],
    ["offline", "locked", "grey", "dashed"],
    ["available", "locked", "red", "pulse"],
    ["available", "updating", "yellow", "steady"],
    ["available", "inspection", "red", "steady"],
  ] as const)("%s because of %s is %s, %s", (status, status_reason, tone, motion) => {
    expect(look({ status, status_reason })).toMatchObject({ tone, motion });
  });
});

describe("buttons", () => {
  it.each([
    ["nothing possible", [], null, []],
    ["charging", ["stop", "pause", "allowed-current"], "stop", ["pause"]],
    ["held by the schedule", ["charge-now", "stop", "reset"], "charge-now", ["stop"]],
    ["slowed down by the sun", ["stop", "charge-now", "pause"], "stop", ["pause"]],
    ["charging now, whatever is planned", ["stop", "pause", "back-to-plan"], "stop", ["pause"]],
    ["waiting for a card", ["authorize", "unlock"], "authorize", []],
    ["paused by somebody", ["resume", "stop", "allowed-current", "unlock"], "resume", ["stop"]],
    ["whatever comes first", ["pause", "stop"], "pause", ["stop"]],
  ] as [string, Action[], Action | null, Action[]][])("%s", (_name, actions, main, side) => {
    expect(buttons({ actions })).toEqual({ main, side });
  });

  it.each([
    [{ status: "offline", inspection_required: true }, "offline"],
    [{ status: "error", inspection_required: true }, "inspection"],
    [{ status: "error" }, "error"],
    [{ locked: true }, "locked"],
    [{ status_reason: "updating" }, "updating"],
    [{ availability: "inoperative", plugged: false }, "inoperative"],
    [{ plugged: false }, "unplugged"],
    [{ plugged: true }, "busy"],
  ] as const)("%o: %s stands in the way", (changes, expected) => {
    expect(hindrance(charger({ status: "available", ...changes }))).toBe(expected);
  });

  it("stands in the way who charges there, where this person is offered nothing", () => {
    expect(hindrance(charger({ actions: [], session: null }))).toBe("others");
  });
});

describe("current", () => {
  it("counts the phases that carry load before those the charger has", () => {
    const phases = [phase({ current_a: 10 }), phase({ phase: 2 }), phase({ phase: 3, current_a: 0.2 })];
    expect(phaseCount(charger({ phases }))).toBe(1);
    expect(phaseCount(charger({ phases: [] }))).toBe(3);
    expect(phaseCount(charger({ capabilities: { ...charger().capabilities, three_phase: null } }))).toBe(1);
  });

  it("uses the voltage that is measured", () => {
    const phases = [phase({ current_a: 10, voltage_v: 240 })];
    expect(equivalentPower(charger({ phases }), 10)).toBe(2400);
    expect(equivalentPower(charger({ phases: [] }), 16)).toBe(11_040);
  });

  it("takes the strongest phase, or works back from the power", () => {
    expect(drawnCurrent(charger({ phases: [phase({ current_a: 5 }), phase({ phase: 2, current_a: 7 })] }))).toBe(7);
    expect(drawnCurrent(charger({ phases: [], power_w: 6900 }))).toBe(10);
    expect(drawnCurrent(charger({ phases: [], power_w: null }))).toBeNull();
  });

  it.each([
    [6, 6, [6]],
    [6, 16, [6, 10, 13, 16]],
    [6, 20, [6, 10, 13, 16, 20]],
    [6, 32, [6, 10, 13, 16, 25, 32]],
    [6, 80, [6, 13, 16, 32, 40, 80]],
  ])("offers between %i and %i A the presets %j", (min, max, expected) => {
    expect(presets({ min, max })).toEqual(expected);
  });

  it.each([
    ["charging", 3, 2413],
    ["charging", -5, 2410],
    ["charging", 600, 2425],
    ["paused", 600, 2410],
  ] as const)("%s, %i s after the report the charging time is %i s", (status, later, expected) => {
    const now = Date.parse("2026-03-01T10:40:10Z") + later * 1000;
    expect(chargingSeconds(charger({ status }), now)).toBe(expected);
  });

  it("has no charging time without a session", () => {
    expect(chargingSeconds(charger({ session: null }), 0)).toBeNull();
  });
});

describe("ladderRows", () => {
  it("draws from the installation down and marks the rung in force", () => {
    const rows = ladderRows({
      current_a: 13,
      reason: "load_balancing",
      confirmed_a: 13,
      binding: true,
      car_a: null,
      ladder: [
        { reason: "load_balancing", current_a: 13, detail: "house 12 A of 25 A", cause: null },
        { reason: "user", current_a: 16, detail: null, cause: null },
        { reason: "installation", current_a: 32, detail: null, cause: null },
      ],
    });
    expect(rows.map((row) => row.reason)).toEqual(["installation", "user", "load_balancing"]);
    expect(rows.map((row) => row.share)).toEqual([1, 0.5, 13 / 32]);
    expect(rows.map((row) => row.inForce)).toEqual([false, false, true]);
  });

  it("survives a ladder of zeros", () => {
    const rung = { reason: "schedule", current_a: 0, detail: null, cause: null } as const;
    const rows = ladderRows({
      current_a: 0,
      reason: "schedule",
      confirmed_a: null,
      binding: true,
      car_a: null,
      ladder: [rung],
    });
    expect(rows[0]?.share).toBe(0);
  });
});

describe("shownChargers", () => {
  const all = [
    charger({ id: "b10", name: "Bay 10", station_id: "office" }),
    charger({ id: "b2", name: "Bay 2", station_id: "office" }),
    charger({ id: "g", name: "Garáž" }),
  ];

  it("sorts names as people count", () => {
    expect(shownChargers(all, "office", "").map((one) => one.id)).toEqual(["b2", "b10"]);
  });

  it.each([
    ["garaz", ["g"]],
    ["BAY 2", ["b2"]],
    ["acme", ["b2", "b10", "g"]],
    ["1", ["b10", "b2", "g"]],
    ["  ", ["b2", "b10", "g"]],
    ["bay garaz", []],
  ])("finds %j", (search, ids) => {
    expect(shownChargers(all, null, search).map((one) => one.id)).toEqual(ids);
  });

  const renamed = [...all.slice(1), charger({ id: "b10", name: "Bay 1", station_id: "office" })];
  it.each([
    ["another report", all.map((one) => ({ ...one, power_w: 7_000 })), null, ""],
    ["another name", renamed, null, ""],
    ["another place", all.map((one) => ({ ...one, station_id: "office" })), "office", ""],
    ["another search", all, null, "1"],
    ["one that is new", [...all, charger({ id: "a", name: "Attic" })], null, ""],
    ["one that is gone", all.slice(1), null, ""],
    ["nobody left", [], null, ""],
  ])("is followed through %s", (_, later, station, search) => {
    const follow = follower();
    expect(follow(all, null, "")).toEqual(shownChargers(all, null, ""));
    expect(follow(later, station, search)).toEqual(shownChargers(later, station, search));
    expect(follow(all, null, "")).toEqual(shownChargers(all, null, ""));
  });
});

it("knows no power of a charger that has never been heard of", () => {
  expect(shownPower(charger({ power_w: 0, seen_at: null }))).toBeNull();
  expect(shownPower(charger({ power_w: 0 }))).toBe(0);
});

describe("the phases that a car uses", () => {
  it.each([
    ["one of three", [16, 0, 0.1], 1],
    ["another of three", [0, 16, 0], 2],
    ["all", [16, 16, 16], null],
    ["none", [0, 0, 0], null],
    ["the only one that there is", [16], null],
    ["nobody knows", [16, null, null], null],
  ] as [string, (number | null)[], number | null][])("%s", (_name, currents, only) => {
    expect(onlyPhase(currents.map((current_a, at) => phase({ phase: at + 1, current_a })))).toBe(only);
  });
});

describe("the charging time of a session", () => {
  it("never falls, whatever a server says that has been cut off", () => {
    const held = neverFalling();
    const told = [68, 52, 60, 95].map((seconds) => held("one", seconds));
    expect(told).toEqual([68, 68, 68, 95]);
    expect(held(undefined, null)).toBeNull();
    expect(held("another", 3)).toBe(3);
  });
});
