import { expect, it } from "vitest";
import { overLimit } from "./over-limit";

const zone = { locale: "en-GB", timeZone: "UTC" };
const warning = { code: "over_limit", detail: "", since: "2026-03-01T12:00:00Z", limit_a: 16 };

it.each([
  [18.04, "The car draws 18.0 A, and 16 A are allowed."],
  [null, "The car draws more than the limit of 16 A."],
])("%o", (measured_a, words) => {
  expect(overLimit(zone, { ...warning, measured_a })).toBe(words);
});
