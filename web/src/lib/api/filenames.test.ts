import { expect, it } from "vitest";
import { nameOf, separatorFor } from "./filenames";

it.each([
  ["en-GB", "comma"],
  ["de-DE", "semicolon"],
  ["ro-RO", "semicolon"],
  ["fr-FR", "semicolon"],
])("files of %s have values with a %s between", (locale, separator) => {
  expect(separatorFor(locale)).toBe(separator);
});

it.each([
  [null, "sessions.csv"],
  ["attachment", "sessions.csv"],
  ['attachment; filename="a.csv"', "a.csv"],
  ["attachment; filename=\"a.csv\"; filename*=UTF-8''%C3%BC.csv", "ü.csv"],
  ["attachment; filename*=UTF-8''%E0%A4%A", "sessions.csv"],
])("the name in '%s' is %s", (disposition, name) => {
  expect(nameOf(disposition, "sessions.csv")).toBe(name);
});
