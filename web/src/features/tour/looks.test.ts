import { expect, test } from "vitest";
import { looks, onwards } from "./looks";

test("every look says something of its own", () => {
  const all = looks();
  expect(new Set(all.map((look) => look.title)).size).toBe(all.length);
  expect(all.every((look) => look.text.length > 20)).toBe(true);
});

test("the tour ends at its last look", () => {
  expect([onwards(0, 4), onwards(2, 4), onwards(3, 4)]).toEqual([1, 3, 3]);
});
