/** Resources as the contract draws them, for unit tests; never part of the built app. */
import type { Charger, Session, Station } from "$lib/api/types";

export function charger(changes: Partial<Charger> = {}): Charger {
  return {
    id: "garage",
    name: "Garage",
    station_id: "home",
    device_id: "garage",
    connector: 1,
    driver: "ocpp16",
    vendor: "Acme",
    model: "One",
    serial: "A1",
    firmware: "1.0",
    status: "charging",
    status_reason: null,
    plugged: true,
    plug_and_charge: false,
    locked: false,
    power_w: 7360,
    session: {
      id: "s1",
      state: "charging",
      started_at: "2026-03-01T10:00:00Z",
      energy_wh: 5123,
      charging_time_s: 2410,
      meter_start_wh: 1_000_000,
      authorized_by: { kind: "card", label: "Blue card" },
      cost: null,
    },
    allowed_current_a: 16,
    installation_current_a: 32,
    current_range_a: { min: 6, max: 32 },
    limit: {
      current_a: 16,
      reason: "user",
      confirmed_a: 16,
      binding: false,
      ladder: [
        { reason: "installation", current_a: 32, detail: null },
        { reason: "user", current_a: 16, detail: null },
      ],
    },
    phases: [],
    temperature_c: 31.5,
    soc_ratio: null,
    lifetime_energy_wh: 1_861_119,
    errors: [],
    warnings: [],
    actions: ["stop", "pause"],
    pending: [],
    connection: { online: true, since: "2026-03-01T09:00:00Z", address: "192.0.2.7", protocol: "ocpp1.6" },
    inspection_required: false,
    reservation: null,
    availability: "operative",
    device_status: "Charging",
    capabilities: { limits_current: true, three_phase: true, unlocks: true, reserves: true },
    clock_offset_s: 0,
    priority: 0,
    seen_at: "2026-03-01T10:40:10Z",
    updated_at: "2026-03-01T10:40:10Z",
    seq: 1,
    ...changes,
  };
}

export function station(changes: Partial<Station> = {}): Station {
  return {
    id: "home",
    name: "Home",
    is_default: true,
    time_zone: "Europe/Bucharest",
    mode: "off",
    energy: null,
    seq: 1,
    ...changes,
  };
}

export function session(changes: Partial<Session> = {}): Session {
  return {
    id: "s1",
    charger_id: "garage",
    charger_name: "Garage",
    station_id: "home",
    started_at: "2026-03-01T10:00:00Z",
    ended_at: "2026-03-01T12:30:00Z",
    energy_wh: 18_250,
    charging_time_s: 8_100,
    meter_start_wh: 1_000_000,
    meter_stop_wh: 1_018_250,
    authorized_by: { kind: "card", label: "Blue card" },
    stop_reason: "EVDisconnected",
    origin: "live",
    anomalies: [],
    cost: null,
    seq: 1,
    ...changes,
  };
}
