import { expect, test } from "vitest";
import { isUnset, zoneOptions } from "./zones";

test.each([
  ["UTC", "Europe/Bucharest", true],
  ["UTC", "Europe/London", true],
  ["UTC", "Etc/UTC", false],
  ["UTC", "UTC", false],
  ["UTC", null, false],
  ["Europe/Lisbon", "Europe/Bucharest", false],
])("a station by %s is unset for a browser in %s: %s", (station, browser, unset) => {
  expect(isUnset(station, browser)).toBe(unset);
});

test("what is set now stays a choice, once and in order", () => {
  const values = zoneOptions("Mars/Base_1", null, "Europe/Bucharest").map(({ value }) => value);
  expect(values.filter((zone) => zone === "Europe/Bucharest")).toHaveLength(1);
  expect(values).toContain("UTC");
  expect(values).toEqual([...values].sort());
  expect(zoneOptions("Mars/Base_1")).toContainEqual({ value: "Mars/Base_1", label: "Mars/Base 1" });
});
