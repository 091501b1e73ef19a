import { describe, expect, it } from "vitest";
import type { DiscoveredDevice } from "$lib/api/types";
import { choices, name, ofOtherKind } from "./discovered";
import { flow } from "./flow";
import { changesOf, type PlaceDraft, placeOf } from "./place";

describe("flow", () => {
  it.each([
    [1234, "import"],
    [-1234, "export"],
    [-4.9, "none"],
    [0, "none"],
    [null, "unknown"],
  ] as const)("%s W is %s", (watts, direction) => {
    expect(flow(watts)).toBe(direction);
  });
});

const draft = (changes: Partial<PlaceDraft> = {}): PlaceDraft => ({
  address: " 192.168.1.40 ",
  signIn: "keep",
  username: "",
  password: "",
  ...changes,
});

describe("placeOf", () => {
  it("has no credentials where none were typed", () => {
    expect(placeOf(draft())).toEqual({ address: "192.168.1.40" });
    expect(placeOf(draft({ username: "left over" }))).toEqual({ address: "192.168.1.40" });
  });

  it("keeps the password as it was typed", () => {
    expect(placeOf(draft({ signIn: "new", username: " owner ", password: " a b " }))).toEqual({
      address: "192.168.1.40",
      username: "owner",
      password: " a b ",
    });
  });
});

describe("changesOf", () => {
  it.each([
    ["nothing", {}, {}],
    ["an address", { address: "192.168.1.41" }, { address: "192.168.1.41" }],
    ["no more password", { signIn: "none" }, { username: null }],
    ["another password", { signIn: "new", username: "a", password: "b" }, { username: "a", password: "b" }],
  ] as [string, Partial<PlaceDraft>, object][])("%s", (_name, changes, expected) => {
    expect(changesOf(draft(changes), "192.168.1.40")).toEqual(expected);
  });
});

const found = (changes: Partial<DiscoveredDevice>): DiscoveredDevice => ({
  address: "192.168.1.40",
  kind: "charger",
  hardware_id: "1p7k_1",
  model: "1P7K",
  serial: "1",
  firmware: "1.47",
  is_known: false,
  known_device_id: null,
  problem: null,
  ...changes,
});

describe("choices", () => {
  const known = found({ serial: "0", is_known: true, known_device_id: "garage" });
  const shy = found({ serial: "2", problem: { code: "unauthorized", detail: "" } });
  const silent = found({ kind: null, model: null, serial: null, hardware_id: null });
  const module = found({ kind: "energy_module", model: "EM" });

  it("shows new ones first, then those that want something, then those already added", () => {
    expect(choices([known, shy, found({})], "charger").map(({ serial }) => serial)).toEqual(["1", "2", "0"]);
  });

  it("keeps those that have not said yet what they are, whatever is looked for", () => {
    expect(choices([silent, module], "charger")).toEqual([silent]);
    expect(choices([silent, module], "energy_module")).toEqual([silent, module]);
  });

  it("counts new ones of the other kind", () => {
    expect(ofOtherKind([module, known, silent], "charger")).toBe(1);
    expect(ofOtherKind([known], "energy_module")).toBe(0);
  });
});

it("calls a device by what it is, else by where it is", () => {
  expect(name(found({}))).toBe("1P7K 1");
  expect(name(found({ model: null, serial: null }))).toBe("192.168.1.40");
});
