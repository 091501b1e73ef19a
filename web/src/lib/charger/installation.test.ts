import { expect, it } from "vitest";
import { readCurrent } from "./installation";

it.each([
  ["16", 16],
  [" 6 ", 6],
  ["80", 80],
  ["81", null],
  ["5", null],
  ["16.5", null],
  ["-16", null],
  ["1e1", null],
  ["", null],
])("%j is %d A", (text, amps) => {
  expect(readCurrent(text)).toBe(amps);
});
