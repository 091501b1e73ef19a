/**
 * The API as types, in the shape that `npm run generate` writes from the server's OpenAPI document.
 * It holds no logic, and nothing but `types.ts` and the clients beside it imports it.
 */

type Json<T> = { content: { "application/json": T } };
type Answers<T> = { 200: Json<T> } & { default: { content: { "application/problem+json": Problem } } };
type Parameters<Path, Query> = { header?: never; cookie?: never } & ([Path] extends [undefined]
  ? { path?: never }
  : { path: Path }) &
  ([Query] extends [undefined] ? { query?: never } : { query?: Query });

interface Read<T, Path = undefined, Query = undefined> {
  parameters: Parameters<Path, Query>;
  requestBody?: never;
  responses: Answers<T>;
}

interface Write<T, Body, Path = undefined> {
  parameters: Parameters<Path, undefined>;
  requestBody: Json<Body>;
  responses: Answers<T>;
}

type ById = { id: string };
type Period = { from?: string; to?: string };
type List<T> = { items: T[]; next_cursor?: string | null };
type Command<Body = Record<string, never>> = { post: Write<Charger, Body, ById> };

type Status = "available" | "charging" | "awaiting" | "offline" | "error" | "paused";
type StatusReason =
  | "authorization" | "vehicle" | "schedule" | "load_balancing" | "solar" | "price" | "user" | "locked" | "updating" | "inspection";
type LimitReason =
  | "installation" | "user" | "dynamic" | "load_balancing" | "meter_lost" | "schedule" | "price" | "solar" | "ocpp"
  | "temperature" | "cable" | "phase_switching" | "grid_operator";
type ErrorType =
  | "car_error" | "device_hot" | "critical_temperature" | "overcurrent" | "voltage_out_of_range" | "residual_current"
  | "system_error" | "metering_error" | "relay_failure" | "ev_communication_error";
type Action =
  | "start" | "stop" | "authorize" | "pause" | "resume" | "charge-now" | "unlock" | "reset" | "allowed-current";
type Role = "viewer" | "driver" | "operator" | "owner";
type Money = { amount: string; currency: string };
type AuthorizedBy = { kind: "card" | "user" | "plug_and_charge" | "remote" | "unknown"; label: string | null };

interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
}

interface Charger {
  id: string;
  name: string;
  station_id: string;
  device_id: string;
  connector: number;
  driver: "ocpp16" | "ocpp201" | "ocpp21" | "lektrico";
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  status: Status;
  status_reason: StatusReason | null;
  plugged: boolean;
  plug_and_charge: boolean;
  locked: boolean;
  power_w: number | null;
  session: ChargerSession | null;
  allowed_current_a: number;
  installation_current_a: number;
  current_range_a: { min: number; max: number };
  limit: Limit;
  phases: Phase[];
  temperature_c: number | null;
  lifetime_energy_wh: number | null;
  errors: ChargerError[];
  warnings: { code: string; detail: string | null; since: string }[];
  actions: Action[];
  pending: { command: string; since: string; by: string | null }[];
  connection: { online: boolean; since: string | null; address: string | null; protocol: string | null };
  inspection_required: boolean;
  reservation: { id: number; expires_at: string } | null;
  availability: "operative" | "inoperative";
  device_status: string | null;
  capabilities: { limits_current: boolean; three_phase: boolean | null; unlocks: boolean; reserves: boolean };
  clock_offset_s: number | null;
  priority: number;
  seen_at: string | null;
  updated_at: string;
  seq: number;
}

interface ChargerSession {
  id: string;
  state: "starting" | "charging" | "suspended" | "paused" | "finishing";
  started_at: string;
  energy_wh: number;
  charging_time_s: number;
  meter_start_wh: number | null;
  authorized_by: AuthorizedBy | null;
  cost: Money | null;
}

interface Limit {
  current_a: number;
  reason: LimitReason;
  confirmed_a: number | null;
  binding: boolean;
  ladder: { reason: LimitReason; current_a: number; detail: string | null }[];
}

interface Phase {
  phase: number;
  voltage_v: number | null;
  current_a: number | null;
  power_w: number | null;
  power_factor_ratio: number | null;
  computed: string[];
}

interface ChargerError {
  type: ErrorType;
  severity: "warning" | "error" | "danger";
  detail: string | null;
  since: string;
}

interface Session {
  id: string;
  charger_id: string;
  charger_name: string;
  station_id: string;
  started_at: string;
  ended_at: string | null;
  energy_wh: number;
  charging_time_s: number;
  meter_start_wh: number | null;
  meter_stop_wh: number | null;
  authorized_by: AuthorizedBy | null;
  stop_reason: string | null;
  origin: "live" | "offline" | "recovered" | "manual";
  anomalies: string[];
  cost: Money | null;
}

interface LimitSpan {
  from: string;
  to: string;
  current_a: number;
  reason: LimitReason;
}

interface Curve {
  points: { at: string; power_w: number | null; current_a: number | null; energy_wh: number | null; limit_a: number | null }[];
  limits: LimitSpan[];
  resolution_s: number;
}

interface Sample {
  at: string;
  power_w: number | null;
  energy_wh: number | null;
  current_a: (number | null)[];
  voltage_v: (number | null)[];
  temperature_c: number | null;
  limit_a: number | null;
}

interface Me {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  role: Role;
  language: string;
  time_zone: string;
  theme: "system" | "light" | "dark";
  advanced_data: boolean;
  csrf_token: string;
  simulator_url: string | null;
  server: { version: string; ocpp_url: string };
}

type Preferences = Pick<Me, "first_name" | "last_name" | "language" | "time_zone" | "theme" | "advanced_data">;

interface Token {
  id: string;
  name: string;
  role: Role;
  created_at: string;
  expires_at: string | null;
  last_used_at?: string | null;
}

interface User {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  role: Role;
  station_ids: string[] | null;
}

type NewUser = Omit<User, "id"> & { password: string };

interface Card {
  id: string;
  id_tag: string;
  label: string | null;
  user_id: string | null;
  blocked: boolean;
  expires_at: string | null;
  parent_id_tag: string | null;
  created_at: string;
}

type CardFields = Pick<Card, "id_tag" | "label" | "user_id" | "blocked" | "expires_at" | "parent_id_tag">;

interface Device {
  id: string;
  name: string;
  driver: Charger["driver"];
  station_id: string;
  state: "pending" | "approved";
  connected: boolean;
  address: string | null;
  protocol: string | null;
  vendor: string | null;
  model: string | null;
  serial: string | null;
  firmware: string | null;
  has_password: boolean;
  charger_ids: string[];
  first_seen_at: string | null;
  last_seen_at: string | null;
  clock_offset_s: number | null;
  firmware_status: string | null;
  diagnostics_status: string | null;
}

interface Approval {
  name?: string;
  station_id?: string;
  installation_current_a?: number;
  plug_and_charge?: boolean;
}

interface NewDevice {
  id: string;
  name: string;
  driver: "ocpp16";
  station_id?: string;
  installation_current_a?: number;
}

type OcppAccess = { url: string; id: string; password: string };

interface OcppMessage {
  at: string;
  direction: "in" | "out";
  type: "call" | "result" | "error";
  action: string | null;
  message_id: string;
  payload: unknown;
}

interface Station {
  id: string;
  name: string;
  is_default: boolean;
  time_zone: string;
}

interface GuideEntry {
  type: ErrorType;
  title: string;
  severity: "warning" | "error" | "danger";
  meaning: string;
  what_chargedeck_did: string;
  what_to_do: string;
  when_to_call: string;
}

type Claim = { code: string; first_name: string; last_name: string; email: string; password: string };
type SessionQuery = Period & { charger?: string; station?: string; limit?: number; cursor?: string };

export interface paths {
  "/api/setup/claim": { get: Read<{ claimed: boolean }>; post: Write<Me, Claim> };
  "/api/login": { post: Write<Me, { email: string; password: string }> };
  "/api/logout": { post: Write<undefined, Record<string, never>> };
  "/api/me": { get: Read<Me>; patch: Write<Me, Partial<Preferences>> };
  "/api/me/password": { post: Write<undefined, { current_password: string; new_password: string }> };
  "/api/tokens": {
    get: Read<List<Token>>;
    post: Write<Token & { token: string }, { name: string; role: Role; expires_at: string | null }>;
  };
  "/api/tokens/{id}": { delete: Read<undefined, ById> };
  "/api/users": { get: Read<List<User>>; post: Write<User, NewUser> };
  "/api/users/{id}": { patch: Write<User, Partial<NewUser>, ById>; delete: Read<undefined, ById> };
  "/api/cards": { get: Read<List<Card>>; post: Write<Card, Partial<CardFields> & { id_tag: string }> };
  "/api/cards/{id}": { patch: Write<Card, Partial<CardFields>, ById>; delete: Read<undefined, ById> };
  "/api/chargers": { get: Read<List<Charger>> };
  "/api/chargers/{id}": {
    get: Read<Charger, ById>;
    patch: Write<Charger, Partial<Pick<Charger, "name" | "station_id" | "plug_and_charge" | "locked" | "priority">>, ById>;
    delete: Read<undefined, ById>;
  };
  "/api/chargers/{id}/start": Command;
  "/api/chargers/{id}/stop": Command;
  "/api/chargers/{id}/authorize": Command;
  "/api/chargers/{id}/pause": Command;
  "/api/chargers/{id}/resume": Command;
  "/api/chargers/{id}/charge-now": Command;
  "/api/chargers/{id}/unlock": Command;
  "/api/chargers/{id}/reset": Command<{ kind: "soft" | "hard" }>;
  "/api/chargers/{id}/inspection": Command<{ inspector: string; note: string }>;
  "/api/chargers/{id}/allowed-current": { put: Write<Charger, { current_a: number }, ById> };
  "/api/chargers/{id}/samples": {
    get: Read<{ items: Sample[]; resolution_s: number }, ById, Period & { resolution?: number }>;
  };
  "/api/chargers/{id}/limits": { get: Read<{ items: LimitSpan[] }, ById, Period> };
  "/api/stations": { get: Read<List<Station>> };
  "/api/devices": {
    get: Read<List<Device>>;
    post: Write<{ device: Device; ocpp: OcppAccess }, NewDevice>;
  };
  "/api/devices/{id}": { get: Read<Device, ById>; delete: Read<undefined, ById> };
  "/api/devices/{id}/approve": { post: Write<Device, Approval, ById> };
  "/api/devices/{id}/password": { post: Write<{ password: string }, Record<string, never>, ById> };
  "/api/devices/{id}/messages": {
    get: Read<{ items: OcppMessage[] }, ById, Period & { action?: string; limit?: number }>;
  };
  "/api/devices/{id}/ocpp": {
    get: Read<{ version: string; actions: { action: string; schema: Record<string, unknown> }[] }, ById>;
    post: Write<{ result: unknown }, { action: string; payload: unknown }, ById>;
  };
  "/api/sessions": { get: Read<List<Session>, undefined, SessionQuery> };
  "/api/sessions/{id}": { get: Read<Session, ById> };
  "/api/sessions/{id}/curve": { get: Read<Curve, ById> };
  "/api/errors": { get: Read<{ items: GuideEntry[] }, undefined, { lang?: string }> };
}

export interface components {
  schemas: {
    Action: Action;
    Approval: Approval;
    AuthorizedBy: AuthorizedBy;
    Card: Card;
    CardFields: CardFields;
    Charger: Charger;
    ChargerError: ChargerError;
    ChargerSession: ChargerSession;
    Claim: Claim;
    Curve: Curve;
    Device: Device;
    ErrorType: ErrorType;
    GuideEntry: GuideEntry;
    Limit: Limit;
    LimitReason: LimitReason;
    LimitSpan: LimitSpan;
    Me: Me;
    Money: Money;
    NewDevice: NewDevice;
    NewUser: NewUser;
    OcppAccess: OcppAccess;
    OcppMessage: OcppMessage;
    Phase: Phase;
    Preferences: Preferences;
    Problem: Problem;
    Role: Role;
    Sample: Sample;
    Session: Session;
    Station: Station;
    Status: Status;
    StatusReason: StatusReason;
    Token: Token;
    User: User;
  };
}
