import { describe, expect, it } from "vitest";
import { charger, session } from "../../testing/resources";
import { byDay, withChanges } from "./days";
import { lanes } from "./lanes";

const zone = { locale: "en", timeZone: "Europe/Bucharest" };
const at = (minute: number): string => new Date(minute * 60_000).toISOString();

describe("byDay", () => {
  it("follows the calendar of the zone and adds up the energy", () => {
    const days = byDay(
      [
        session({ id: "c", started_at: "2026-03-02T21:30:00Z", energy_wh: 1 }),
        session({ id: "b", started_at: "2026-03-01T22:30:00Z", energy_wh: 2 }),
        session({ id: "a", started_at: "2026-03-01T21:30:00Z", energy_wh: 4 }),
      ],
      zone,
    );
    expect(days.map(({ key, energyWh }) => [key, energyWh])).toEqual([
      ["2026-03-02", 3],
      ["2026-03-01", 4],
    ]);
  });

  it("has no days without sessions", () => {
    expect(byDay([], zone)).toEqual([]);
  });
});

describe("withChanges", () => {
  const stored = session({ id: "a", energy_wh: 1, ended_at: null });
  const measuring = (id: string) => {
    const { session: running } = charger();
    if (running === null) throw new Error("The charger of the tests charges.");
    const present = { ...running, id, energy_wh: 5, charging_time_s: 50 };
    return { [stored.charger_id ?? ""]: charger({ session: present }) };
  };

  it("lays what changed over a session", () => {
    const sessions = { a: { energy_wh: 2 }, other: { energy_wh: 9 } };
    expect(withChanges(stored, { sessions, chargers: {} })).toMatchObject({ energy_wh: 2, charger_name: "Garage" });
  });

  it("takes what the charger measures while the session runs", () => {
    const live = { sessions: { a: { energy_wh: 2 } }, chargers: measuring("a") };
    expect(withChanges(stored, live)).toMatchObject({ energy_wh: 5, charging_time_s: 50 });
  });

  it("leaves a session that has ended, or is not the charger's present one", () => {
    const ended = { sessions: { a: { ended_at: at(9) } }, chargers: measuring("a") };
    expect(withChanges(stored, ended)).toMatchObject({ energy_wh: 1, ended_at: at(9) });
    expect(withChanges(stored, { sessions: {}, chargers: measuring("b") })).toMatchObject({ energy_wh: 1 });
  });
});

describe("lanes", () => {
  const limit = (from: number, to: number, current_a: number, reason: "user" | "price" = "user") => ({
    from: at(from),
    to: at(to),
    current_a,
    reason,
  });

  it("lie where they were in time, cut at both ends", () => {
    const found = lanes([limit(-5, 5, 16), limit(5, 20, 0, "price")], 0, 10 * 60_000);
    expect(found.map(({ reason, amps, start, length }) => [reason, amps, start, length])).toEqual([
      ["user", 16, 0, 0.5],
      ["price", 0, 0.5, 0.5],
    ]);
  });

  it("join when nothing changed between them", () => {
    expect(lanes([limit(0, 5, 16), limit(5, 10, 16)], 0, 10 * 60_000)).toHaveLength(1);
    expect(lanes([limit(0, 5, 16), limit(6, 10, 16)], 0, 10 * 60_000)).toHaveLength(2);
  });

  it("are none for an empty time or outside of it", () => {
    expect(lanes([limit(0, 5, 16)], 0, 0)).toEqual([]);
    expect(lanes([limit(0, 5, 16)], 5 * 60_000, 10 * 60_000)).toEqual([]);
  });
});
