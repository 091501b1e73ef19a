import { describe, expect, it } from "vitest";
import type { Circuit } from "$lib/api/types";
import { branches, newId, placedBy, possibleParents, withCircuit, withoutCircuit } from "./circuits";

const circuit = (id: string, parent: string | null, name = id): Circuit => ({
  id,
  name,
  parent,
  rating_a: 25,
  max_w: null,
  unbalance_a: null,
  metered: false,
});

const TREE = [circuit("b2", "b", "Row 10"), circuit("main", null), circuit("b", "main"), circuit("b1", "b", "Row 9")];

describe("circuits", () => {
  it("stand before what is behind them", () => {
    expect(branches(TREE).map(({ circuit: { id }, depth }) => [id, depth])).toEqual([
      ["main", 0],
      ["b", 1],
      ["b1", 2],
      ["b2", 2],
    ]);
  });

  it("never hang behind themselves", () => {
    expect(possibleParents(TREE, "b").map(({ id }) => id)).toEqual(["main"]);
    expect(possibleParents(TREE, null)).toHaveLength(4);
  });

  it("get an id that reads like the name and is free", () => {
    expect(newId(TREE, "Garage Süd, Reihe 1")).toBe("garage-sud-reihe-1");
    expect(newId(TREE, "B")).toBe("b-2");
    expect(newId(TREE, "车库")).toBe("circuit");
    expect(newId(TREE, "x".repeat(200))).toMatch(/^[a-z0-9-]{1,64}$/);
  });

  it("are replaced in place or added", () => {
    const changed = { ...circuit("b", "main"), rating_a: 63 };
    expect(withCircuit(TREE, changed).find(({ id }) => id === "b")?.rating_a).toBe(63);
    expect(withCircuit(TREE, circuit("c", "main"))).toHaveLength(5);
  });

  it("know who charges behind them", () => {
    const placements = ["a", "b", "a"].map((name, index) => ({ charger_id: `c${index}`, circuit: name, phases: null }));
    expect(
      placedBy(placements)
        .get("a")
        ?.map(({ charger_id }) => charger_id),
    ).toEqual(["c0", "c2"]);
    expect(placedBy(placements).get("main")).toBeUndefined();
  });

  it("leave what was behind them to the breaker before", () => {
    const wish = withoutCircuit(
      TREE,
      [
        { charger_id: "one", circuit: "b", phases: [2, 3, 1] },
        { charger_id: "other", circuit: "b1", phases: null },
      ],
      circuit("b", "main"),
    );
    expect(wish.circuits?.map(({ id, parent }) => [id, parent])).toEqual([
      ["b2", "main"],
      ["main", null],
      ["b1", "main"],
    ]);
    expect(wish.placements).toEqual([{ charger_id: "one", circuit: "main", phases: [2, 3, 1] }]);
  });
});
