import { expect, it } from "vitest";
import type { Notification } from "$lib/api/types";
import { EVENTS, facts, title } from "./words";

const ZONE = { locale: "en-GB", timeZone: "UTC" };

const told = (changes: Partial<Notification>): Notification => ({
  id: "1",
  kind: "charger_error",
  at: "2026-05-04T18:30:00Z",
  charger_id: "garage",
  charger_name: "Garage",
  station_id: "home",
  about: "overcurrent",
  detail: {},
  repeats: 0,
  last_at: null,
  read_at: null,
  ...changes,
});

const session = { energy_wh: 5123, charging_time_s: 2410, cost: { amount: "1.23", currency: "EUR" } };

it.each([
  [told({}), "Overcurrent", "Garage | 4 May 2026, 18:30"],
  [
    told({ repeats: 4, last_at: "2026-05-04T18:59:00Z" }),
    "Overcurrent",
    "Garage | 4 May 2026, 18:30 | again 4×, last at 18:59",
  ],
  [
    told({ kind: "session_ended", about: "", detail: session as never }),
    "Session ended",
    "Garage | 4 May 2026, 18:30 | 5.12 kWh | 0:40:10 | €1.23",
  ],
  [
    told({ kind: "session_ended", about: "", detail: { ...session, cost: null } as never }),
    "Session ended",
    "Garage | 4 May 2026, 18:30 | 5.12 kWh | 0:40:10",
  ],
  [
    told({ kind: "stopped_by_limit", about: "solar" }),
    "Charging stopped by a limit",
    "Garage | 4 May 2026, 18:30 | Solar",
  ],
  [told({ kind: "stopped_by_limit", about: "session" }), "Charging stopped by a limit", "Garage | 4 May 2026, 18:30"],
  [told({ kind: "charger_offline", about: "" }), "Charger goes offline", "Garage | 4 May 2026, 18:30"],
])("%o", (given, heading, line) => {
  expect(title(given)).toBe(heading);
  expect(
    facts(given, ZONE)
      .join(" | ")
      .replace(/\u00a0/g, " "),
  ).toBe(line);
});

it("knows all six", () => {
  expect(EVENTS).toHaveLength(6);
});
