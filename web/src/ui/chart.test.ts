import { expect, it } from "vitest";
import { chartRows, niceTop } from "./chart";

it.each([
  [null, 1],
  [0, 1],
  [-3, 1],
  [0.4, 0.5],
  [7.4, 8],
  [9.5, 12],
  [22, 25],
  [100, 120],
])("an axis for values up to %d ends at %d", (highest, top) => {
  expect(niceTop(highest)).toBeCloseTo(top);
});

it("adds a row of limits only where there are limits", () => {
  expect(chartRows({ times: [1], values: [2], limits: null, span: null })).toEqual([[1], [2]]);
  expect(chartRows({ times: [1], values: [2], limits: [3], span: null })).toEqual([[1], [2], [3]]);
});
