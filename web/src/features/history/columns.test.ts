import { describe, expect, it } from "vitest";
import { AT_FIRST, COLUMNS, columnsFrom, NEWEST_FIRST, pressed, sortFrom, sorts, sortWord, toggled } from "./columns";

describe("the order of sessions", () => {
  it.each([
    [null, NEWEST_FIRST],
    ["", NEWEST_FIRST],
    ["-energy_wh", { column: "energy_wh", descending: true }],
    ["car", { column: "car", descending: false }],
    ["note", NEWEST_FIRST],
    ["-nonsense", NEWEST_FIRST],
  ])("of '%s' is %o", (text, sort) => {
    expect(sortFrom(text)).toEqual(sort);
  });

  it("is read back as it was written", () => {
    for (const column of COLUMNS.filter(sorts)) {
      for (const descending of [true, false]) {
        expect(sortFrom(sortWord({ column, descending }))).toEqual({ column, descending });
      }
    }
    expect(sortWord(NEWEST_FIRST)).toBeNull();
  });

  it("turns round when a heading is pressed again; numbers begin with the largest", () => {
    const energy = pressed(NEWEST_FIRST, "energy_wh");
    expect(energy).toEqual({ column: "energy_wh", descending: true });
    expect(pressed(energy, "energy_wh").descending).toBe(false);
    expect(pressed(energy, "charger").descending).toBe(false);
  });
});

describe("the columns", () => {
  it.each([
    [null, AT_FIRST],
    ["", AT_FIRST],
    ["nonsense", AT_FIRST],
    ["tags,started_at,note", ["started_at", "note", "tags"]],
  ])("kept as '%s' are %j", (text, columns) => {
    expect(columnsFrom(text)).toEqual(columns);
  });

  it("come and go, but never the one that opens a session", () => {
    expect(toggled(["started_at", "cost"], "cost")).toEqual(["started_at"]);
    expect(toggled(["started_at", "cost"], "charger")).toEqual(["started_at", "charger", "cost"]);
    expect(toggled(["started_at"], "started_at")).toEqual(["started_at"]);
  });
});
