import { expect, it } from "vitest";
import { openingPatience, retryDelay } from "./backoff";

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

it.each([
  [0, 4_000],
  [1, 8_000],
  [2, 15_000],
  [5000, 15_000],
])("after %i failures a connection may take %s ms to open", (failures, expected) => {
  expect(openingPatience(failures)).toBe(expected);
});
