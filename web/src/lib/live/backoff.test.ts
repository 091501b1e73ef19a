import { expect, it } from "vitest";
import { retryDelay } from "./backoff";

it.each([
  [0, 1, 500],
  [0, 0, 250],
  [1, 1, 1_000],
  [4, 1, 8_000],
  [5, 1, 15_000],
  [5000, 1, 15_000],
  [5000, 0, 7_500],
])("after %i failures with chance %d it waits %i ms", (failures, chance, expected) => {
  expect(retryDelay(failures, chance)).toBe(expected);
});
