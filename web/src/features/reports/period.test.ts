import { expect, test } from "vitest";
import { reportPeriod } from "./period";

test.each([
  ["2026-04-30T21:00:00Z", "2026-05-31T21:00:00Z", "Europe/Bucharest", "1–31 May 2026"],
  ["2026-04-30T21:00:00Z", "2026-05-01T21:00:00Z", "Europe/Bucharest", "1 May 2026"],
  ["2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z", "UTC", "31 Dec 2025–1 Jan 2026"],
])("from %s to %s in %s is %s", (from, to, time_zone, words) =>
  expect(reportPeriod("en-GB", { from, to, time_zone }).replace(/\s*–\s*/g, "–")).toBe(words),
);
