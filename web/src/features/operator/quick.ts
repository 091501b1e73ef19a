/** The actions an operator needs most, as payloads to send or forms to begin with; pure. */
import { m } from "../../paraglide/messages.js";

export interface QuickAction {
  key: string;
  label: () => string;
  action: string;
  payload: Record<string, unknown>;
  /** Whether it goes out at once, opens its form first, or goes out only after a second press. */
  how: "at-once" | "form" | "sure";
}

const HOUR_MS = 3_600_000;

export interface QuickContext {
  connector: number;
  now: Date;
  /** A number for a reservation or a list version that was not used before. */
  fresh: number;
}

export function quickActions({ connector, now, fresh }: QuickContext): QuickAction[] {
  const inAnHour = new Date(now.getTime() + HOUR_MS).toISOString();
  return [
    {
      key: "unlock",
      label: m.command_unlock,
      action: "UnlockConnector",
      payload: { connectorId: connector },
      how: "at-once",
    },
    {
      key: "reserve",
      label: m.quick_reserve,
      action: "ReserveNow",
      payload: { connectorId: connector, expiryDate: inAnHour, idTag: "", reservationId: fresh },
      how: "form",
    },
    { key: "cancel", label: m.quick_cancel_reservation, action: "CancelReservation", payload: {}, how: "form" },
    { key: "soft", label: m.settings_restart_soft, action: "Reset", payload: { type: "Soft" }, how: "sure" },
    { key: "hard", label: m.settings_restart_hard, action: "Reset", payload: { type: "Hard" }, how: "sure" },
    {
      key: "operative",
      label: m.quick_operative,
      action: "ChangeAvailability",
      payload: { connectorId: connector, type: "Operative" },
      how: "at-once",
    },
    {
      key: "inoperative",
      label: m.quick_inoperative,
      action: "ChangeAvailability",
      payload: { connectorId: connector, type: "Inoperative" },
      how: "sure",
    },
    { key: "cache", label: m.quick_clear_cache, action: "ClearCache", payload: {}, how: "at-once" },
    { key: "list", label: m.quick_list_version, action: "GetLocalListVersion", payload: {}, how: "at-once" },
    {
      key: "send-list",
      label: m.quick_send_list,
      action: "SendLocalList",
      payload: { listVersion: fresh, updateType: "Full", localAuthorizationList: [] },
      how: "form",
    },
    {
      key: "trigger",
      label: m.quick_trigger,
      action: "TriggerMessage",
      payload: { requestedMessage: "StatusNotification", connectorId: connector },
      how: "form",
    },
    {
      key: "firmware",
      label: m.quick_firmware,
      action: "UpdateFirmware",
      payload: { location: "", retrieveDate: now.toISOString() },
      how: "form",
    },
    {
      key: "diagnostics",
      label: m.quick_diagnostics,
      action: "GetDiagnostics",
      payload: { location: "" },
      how: "form",
    },
  ];
}
