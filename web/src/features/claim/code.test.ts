import { expect, it } from "vitest";
import { codeFrom } from "./code";

it.each([
  ["code=abc-DEF_1", "abc-DEF_1"],
  ["other=1&code=x", "x"],
  ["code=", null],
  ["code=%20", null],
  ["abc", null],
  ["", null],
])("the fragment %j holds %j", (fragment, code) => {
  expect(codeFrom(fragment)).toBe(code);
});
