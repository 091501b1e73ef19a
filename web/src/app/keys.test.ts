import { expect, it } from "vitest";
import { isText, meaningOf } from "./keys";

const plain = { ctrlKey: false, metaKey: false, altKey: false };

it.each([
  ["/", {}, true, false, "palette"],
  ["k", { ctrlKey: true }, false, false, "palette"],
  ["K", { metaKey: true }, true, false, "palette"],
  ["?", {}, true, false, "help"],
  ["g", {}, true, false, "lead"],
  ["c", {}, true, true, "chargers"],
  ["e", {}, true, true, "energy"],
  ["H", {}, true, true, "history"],
  // Somebody is writing, or means something else.
  ["/", {}, false, false, null],
  ["?", {}, false, false, null],
  ["c", {}, true, false, null],
  ["x", {}, true, true, null],
  ["k", {}, true, false, null],
  ["k", { ctrlKey: true, altKey: true }, true, false, null],
  ["c", { ctrlKey: true }, true, true, null],
])("%s with %o (free %s, led %s) means %s", (key, held, free, led, meaning) => {
  expect(meaningOf({ key, ...plain, ...held }, free, led)).toBe(meaning);
});

it.each([
  ["a", {}, true],
  ["É", {}, true],
  [" ", {}, true],
  ["😀", {}, true],
  ["Enter", {}, false],
  ["Dead", {}, false],
  ["a", { ctrlKey: true }, false],
])("%s with %o writes a character: %s", (key, held, writes) => {
  expect(isText({ key, ...plain, ...held })).toBe(writes);
});
