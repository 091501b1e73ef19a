import { describe, expect, it } from "vitest";
import type { MeterSettings } from "$lib/api/types";
import { problemWords, draftOf, EMPTY, formOf, isSimple, type MeterForm, valuesOf, wishOf } from "./meters";

const form = (changes: Partial<MeterForm>): MeterForm => ({ ...EMPTY, address: "192.168.1.5", ...changes });

const meter = (changes: Partial<MeterSettings>): MeterSettings => ({
  id: "m1",
  kind: "shelly",
  address: "192.168.1.5",
  name: "House",
  source: "grid",
  circuit: null,
  inverted: false,
  phases: [1, 2, 3],
  interval_s: 1,
  username: null,
  has_password: false,
  channel: null,
  unit_id: 1,
  topic: null,
  values: [],
  model: null,
  now: {
    id: "m1",
    name: "House",
    kind: "shelly",
    source: "grid",
    circuit: null,
    at: null,
    power_w: null,
    problem: null,
  },
  ...changes,
});

describe("a meter to set up", () => {
  it("is called by what it measures where nobody has named it", () => {
    expect(draftOf(form({ source: "solar", name: " " })).name).toBe("Solar");
  });

  it("leaves out what its kind has no use for", () => {
    const filled = { channel: "1", unit: "240", topic: "a/b", username: "u", password: "p" };
    expect(draftOf(form({ ...filled, kind: "shelly" }))).toMatchObject({ channel: 1, unit_id: 1, topic: null });
    expect(draftOf(form({ ...filled, kind: "sunspec" }))).toMatchObject({
      unit_id: 240,
      username: null,
      password: null,
    });
    expect(draftOf(form({ ...filled, kind: "mqtt" }))).toMatchObject({ channel: null, topic: "a/b", username: "u" });
  });

  it("sits at a breaker only where it measures the grid", () => {
    expect(draftOf(form({ circuit: "cellar" })).circuit).toBe("cellar");
    expect(draftOf(form({ circuit: "cellar", source: "solar" })).circuit).toBeNull();
  });

  it("tells the power of each phase that has a template, or the whole", () => {
    const templates: MeterForm["templates"] = ["a", " ", "c"];
    expect(valuesOf(form({ templates })).map(({ quantity }) => quantity)).toEqual(["power_1_w", "power_3_w"]);
    expect(valuesOf(form({ templates, source: "battery" }))).toEqual([
      { quantity: "power_w", template: "a", topic: null },
    ]);
  });
});

describe("a meter that is set up", () => {
  it("fills the form and comes back as it was", () => {
    const known = meter({
      kind: "mqtt",
      circuit: "cellar",
      phases: [2, 3, 1],
      topic: "a/b",
      values: [{ quantity: "power_1_w", template: "x", topic: null }],
    });
    const wish = wishOf(formOf(known), known);
    expect(wish).toMatchObject({ circuit: "cellar", phases: [2, 3, 1], topic: "a/b", values: known.values });
    expect(wish).not.toHaveProperty("password");
    expect(wish).not.toHaveProperty("kind");
    expect(wish).not.toHaveProperty("interval_s");
  });

  it("keeps values that the form cannot show", () => {
    const known = meter({ kind: "mqtt", values: [{ quantity: "current_1_a", template: "x", topic: "c/d" }] });
    expect(isSimple(known)).toBe(false);
    expect(wishOf(formOf(known), known)).not.toHaveProperty("values");
  });
});

it("says why a meter cannot be read: the server's words in English, ours in another language", () => {
  const problem = { code: "silent" as const, detail: "On house/power there was no message", since: "" };
  expect(problemWords(problem, "en")).toBe("On house/power there was no message");
  expect(problemWords(problem, "de")).toBe("It is there, but sends no readings.");
  expect(problemWords({ ...problem, code: "on_fire" as never }, "de")).toBe("On house/power there was no message");
});
