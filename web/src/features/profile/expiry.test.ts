import { expect, it } from "vitest";
import { endOfDay } from "./expiry";

it.each([
  ["2026-01-15", "UTC", "2026-01-15T23:59:59.000Z"],
  ["2026-01-15", "Europe/Bucharest", "2026-01-15T21:59:59.000Z"],
  ["2026-03-29", "Europe/Bucharest", "2026-03-29T20:59:59.000Z"],
  ["2026-10-25", "Europe/Bucharest", "2026-10-25T21:59:59.000Z"],
  ["2026-03-28", "Europe/Bucharest", "2026-03-28T21:59:59.000Z"],
  ["2026-07-01", "America/Los_Angeles", "2026-07-02T06:59:59.000Z"],
  ["2026-07-01", "Pacific/Kiritimati", "2026-07-01T09:59:59.000Z"],
])("%s in %s ends at %s", (day, zone, instant) => {
  expect(endOfDay(day, zone).toISOString()).toBe(instant);
});
