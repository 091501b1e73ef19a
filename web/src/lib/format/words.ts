/** The words of the product for the names the API uses that the first screens show; `*-words.ts` hold the others. */
import { type ProblemError, UNREACHABLE } from "$lib/api/problem";
import type { AgeUnit } from "./duration";
import type { Charger, ChargerCommand, ErrorType, LimitReason, Status, StatusReason } from "$lib/api/types";
import { m } from "../../paraglide/messages.js";

export type Word = () => string;

const STATUS: Record<Status, Word> = {
  available: m.status_available,
  charging: m.status_charging,
  awaiting: m.status_awaiting,
  offline: m.status_offline,
  error: m.status_error,
  paused: m.status_paused,
};

const REASON: Record<StatusReason, Word> = {
  authorization: m.reason_authorization,
  vehicle: m.reason_vehicle,
  schedule: m.reason_schedule,
  load_balancing: m.reason_load_balancing,
  solar: m.reason_solar,
  price: m.reason_price,
  user: m.reason_user,
  locked: m.reason_locked,
  updating: m.reason_updating,
  inspection: m.reason_inspection,
};

const LIMIT: Record<LimitReason, Word> = {
  installation: m.limit_installation,
  user: m.limit_user,
  dynamic: m.limit_dynamic,
  load_balancing: m.limit_load_balancing,
  meter_lost: m.limit_meter_lost,
  schedule: m.limit_schedule,
  price: m.limit_price,
  solar: m.limit_solar,
  ocpp: m.limit_ocpp,
  temperature: m.limit_temperature,
  cable: m.limit_cable,
  phase_switching: m.limit_phase_switching,
  grid_operator: m.limit_grid_operator,
};

const BECAUSE: Record<LimitReason, Word> = {
  installation: m.because_installation,
  user: m.because_user,
  dynamic: m.because_dynamic,
  load_balancing: m.because_load_balancing,
  meter_lost: m.because_meter_lost,
  schedule: m.because_schedule,
  price: m.because_price,
  solar: m.because_solar,
  ocpp: m.because_ocpp,
  temperature: m.because_temperature,
  cable: m.because_cable,
  phase_switching: m.because_phase_switching,
  grid_operator: m.because_grid_operator,
};

const ERROR: Record<ErrorType, Word> = {
  car_error: m.error_car_error,
  device_hot: m.error_device_hot,
  critical_temperature: m.error_critical_temperature,
  overcurrent: m.error_overcurrent,
  voltage_out_of_range: m.error_voltage_out_of_range,
  residual_current: m.error_residual_current,
  system_error: m.error_system_error,
  metering_error: m.error_metering_error,
  relay_failure: m.error_relay_failure,
  ev_communication_error: m.error_ev_communication_error,
};

const COMMAND: Record<ChargerCommand, Word> = {
  start: m.command_start,
  stop: m.command_stop,
  authorize: m.command_authorize,
  pause: m.command_pause,
  resume: m.command_resume,
  "charge-now": m.command_charge_now,
  "back-to-plan": m.command_back_to_plan,
  unlock: m.command_unlock,
};

/** Beside another button there is room for one word only. */
const SHORT_COMMAND: Partial<Record<ChargerCommand, Word>> = {
  start: m.command_start_short,
  stop: m.command_stop_short,
  authorize: m.command_authorize_short,
};

/** A name this version does not know yet is shown as it came, made readable. */
export function word(words: Partial<Record<string, Word>>, name: string): string {
  return words[name]?.() ?? readable(name);
}

export const readable = (name: string): string => {
  const text = name.replace(/[_-]+/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
};

export const statusWord = (status: Status): string => word(STATUS, status);
export const reasonWord = (reason: StatusReason): string => word(REASON, reason);
/** The name of a limit; a person's own 0 A is a pause. */
export const limitWord = (reason: LimitReason, amps?: number): string =>
  reason === "user" && amps === 0 ? m.limit_paused() : word(LIMIT, reason);
/** The reason of a limit inside a sentence. */
export const becauseWord = (reason: LimitReason): string => word(BECAUSE, reason);
export const errorTitle = (type: ErrorType): string => word(ERROR, type);
export const commandWord = (command: ChargerCommand): string => word(COMMAND, command);
export const shortCommandWord = (command: ChargerCommand): string => SHORT_COMMAND[command]?.() ?? commandWord(command);

/** Badge text: the status, and what a screen should say of why. */
export function statusSentence({ status, status_reason }: Pick<Charger, "status" | "status_reason">): string {
  return status_reason === null ? statusWord(status) : `${statusWord(status)} · ${reasonWord(status_reason)}`;
}

/** What the server says, in the reader's language; ours where something else than the server has answered. */
export const sentence = (problem: ProblemError): string =>
  problem.detail ?? (problem.code === UNREACHABLE ? m.problem_unreachable() : m.problem_other({ code: problem.code }));

const AGE: Record<AgeUnit, (inputs: { count: number }) => string> = {
  second: m.age_seconds,
  minute: m.age_minutes,
  hour: m.age_hours,
  day: m.age_days,
};

export const ageWords = ({ count, unit }: { count: number; unit: AgeUnit }): string => AGE[unit]({ count });
