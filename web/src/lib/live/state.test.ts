import { describe, expect, it } from "vitest";
import { charger, station } from "../../testing/resources";
import { readPatch, readSnapshot } from "./messages";
import { EMPTY, type LiveMessage, reduce } from "./state";

const snapshot = (...chargers: ReturnType<typeof charger>[]): LiveMessage => ({
  kind: "snapshot",
  snapshot: { chargers, stations: [station()] },
});
const patch = (seq: number, changes: Record<string, unknown> | null, id = "garage"): LiveMessage => ({
  kind: "charger",
  id,
  seq,
  patch: changes,
});

describe("reduce", () => {
  it("starts from the snapshot", () => {
    const state = reduce(EMPTY, [snapshot(charger())]);
    expect(Object.keys(state.chargers)).toEqual(["garage"]);
    expect(state.stations["home"]?.name).toBe("Home");
  });

  it("merges a patch and takes its sequence number", () => {
    const state = reduce(EMPTY, [snapshot(charger({ seq: 5 })), patch(6, { limit: { current_a: 10 } })]);
    expect(state.chargers["garage"]).toMatchObject({ seq: 6, limit: { current_a: 10, reason: "user" } });
  });

  it("keeps null members null", () => {
    const state = reduce(EMPTY, [snapshot(charger({ seq: 5 })), patch(6, { session: null })]);
    expect(state.chargers["garage"]?.session).toBeNull();
  });

  it("ignores a patch older than what it knows, and a repeated one changes nothing", () => {
    const once = reduce(EMPTY, [snapshot(charger({ seq: 5 })), patch(7, { power_w: 7 }), patch(6, { power_w: 6 })]);
    expect(once.chargers["garage"]?.power_w).toBe(7);
    expect(reduce(once, [patch(7, { power_w: 7 })])).toEqual(once);
  });

  it("keeps a device's newer answer against a late patch", () => {
    const device = (seq: number, name: string): LiveMessage => ({ kind: "device", id: "garage", seq, patch: { name } });
    const state = reduce(EMPTY, [device(4, "old"), device(6, "answered"), device(5, "late")]);
    expect(state.devices["garage"]).toMatchObject({ name: "answered", seq: 6 });
  });

  it("removes a resource on a null patch", () => {
    expect(reduce(EMPTY, [snapshot(charger()), patch(9, null)]).chargers).toEqual({});
  });

  it("adds a charger that appears after the snapshot", () => {
    const state = reduce(EMPTY, [snapshot(), patch(1, { ...charger({ id: "yard" }) }, "yard")]);
    expect(state.chargers["yard"]?.id).toBe("yard");
  });

  it("forgets everything older when a fresh snapshot comes", () => {
    const state = reduce(EMPTY, [snapshot(charger(), charger({ id: "yard" })), snapshot(charger())]);
    expect(Object.keys(state.chargers)).toEqual(["garage"]);
  });

  it("never changes an earlier state, and leaves untouched chargers the same objects", () => {
    const before = reduce(EMPTY, [snapshot(charger({ seq: 1 }), charger({ id: "yard", seq: 1 }))]);
    const after = reduce(before, [patch(2, { power_w: 1 }), patch(3, { power_w: 2 })]);
    expect(before.chargers["garage"]?.power_w).toBe(7360);
    expect(after.chargers["yard"]).toBe(before.chargers["yard"]);
    expect(after.stations).toBe(before.stations);
  });

  it("keeps the newest notices, one per id", () => {
    const notice = (id: string, text: string): LiveMessage => ({
      kind: "notice",
      id,
      seq: 1,
      patch: { kind: "info", text },
    });
    const many = Array.from({ length: 30 }, (_, index) => notice(`n${index}`, "old"));
    const state = reduce(EMPTY, [...many, notice("n29", "new")]);
    expect(state.notices).toHaveLength(20);
    expect(state.notices.at(-1)).toMatchObject({ id: "n29", text: "new" });
  });
});

describe("the inbox", () => {
  const inbox = (patch: Record<string, unknown>): LiveMessage => ({ kind: "inbox", id: "ana", seq: 1, patch });

  it("says what is unread and what is newest, which reading does not change", () => {
    const told = reduce(EMPTY, [inbox({ unread: 2, newest: "n2" })]);
    expect(told.inbox).toEqual({ unread: 2, newest: "n2" });
    expect(reduce(told, [inbox({ unread: 0, newest: null })]).inbox).toEqual({ unread: 0, newest: "n2" });
  });

  it("is not known after a snapshot", () => {
    expect(reduce(EMPTY, [inbox({ unread: 2, newest: "n2" }), snapshot()]).inbox).toEqual({});
  });
});

describe("reading events", () => {
  it.each(["", "{", "[]", "null", '{"chargers": {}}', '{"chargers": []}'])("refuses the snapshot %j", (data) => {
    expect(readSnapshot(data)).toBeNull();
  });

  it.each(['{"id": 1, "seq": 1, "patch": {}}', '{"id": "a", "patch": {}}', '{"id": "a", "seq": 1, "patch": []}', "7"])(
    "refuses the patch %j",
    (data) => {
      expect(readPatch("charger", data)).toBeNull();
    },
  );

  it("reads a removal", () => {
    expect(readPatch("device", '{"id": "a", "seq": 3, "patch": null}')).toEqual({
      kind: "device",
      id: "a",
      seq: 3,
      patch: null,
    });
  });
});
