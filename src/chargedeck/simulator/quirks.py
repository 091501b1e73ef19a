"""Odd firmware, by name, each seen on a real stack; says what the oddities are, not how they are done."""

from enum import StrEnum


class Quirk(StrEnum):
    """One oddity."""

    WATT_ONLY = "watt-only"
    REFUSES_CONFIGURATION = "refuses-configuration"
    NO_SMART_CHARGING = "no-smart-charging"
    NO_COMPOSITE_SCHEDULE = "no-composite-schedule"
    NO_TRIGGER = "no-trigger"
    NO_UNLOCK = "no-unlock"
    NO_SECURITY_MESSAGES = "no-security-messages"
    PADDED_VALUES = "padded-values"
    MISSING_UNITS = "missing-units"
    KWH_UNITS = "kwh-units"
    EMPTY_SIM_CARD = "empty-sim-card"
    STATUS_STORM = "status-storm"
    HANGS_UP_IN_CALL = "hangs-up-in-call"
    LATE_ANSWERS = "late-answers"
    DUPLICATE_IDS = "duplicate-ids"
    FORMATION_VIOLATION = "formation-violation"
    REGISTER_ROLLBACK = "register-rollback"
    WRONG_TIMESTAMPS = "wrong-timestamps"
    NAIVE_TIMESTAMPS = "naive-timestamps"
    BOOTS_ON_RECONNECT = "boots-on-reconnect"


QUIRKS: dict[Quirk, str] = {
    Quirk.WATT_ONLY: "Rejects charging profiles in A and obeys those in W (MicroOCPP)",
    Quirk.REFUSES_CONFIGURATION: "Rejects every ChangeConfiguration",
    Quirk.NO_SMART_CHARGING: "Answers NotImplemented to everything of Smart Charging (ocpp-go: NotSupported)",
    Quirk.NO_COMPOSITE_SCHEDULE: "Rejects GetCompositeSchedule, takes profiles (SAP simulator)",
    Quirk.NO_TRIGGER: "Answers NotImplemented to TriggerMessage (VCP)",
    Quirk.NO_UNLOCK: "Answers NotSupported to UnlockConnector (MicroOCPP)",
    Quirk.NO_SECURITY_MESSAGES: "Knows nothing of the security whitepaper (SAP simulator)",
    Quirk.PADDED_VALUES: "Pads the values of MeterValues with blanks",
    Quirk.MISSING_UNITS: "Leaves the unit out of MeterValues",
    Quirk.KWH_UNITS: "Sends kWh and kW in place of Wh and W",
    Quirk.EMPTY_SIM_CARD: 'Boots with iccid "" and imsi "" (shiv3)',
    Quirk.STATUS_STORM: "Sends a StatusNotification every 0.8 s, changed or not (SAP: 228 in 3 min)",
    Quirk.HANGS_UP_IN_CALL: "Drops the connection on ReserveNow and CancelReservation (ocpp-go, VCP)",
    Quirk.LATE_ANSWERS: "Answers every request 35 s late",
    Quirk.DUPLICATE_IDS: "Uses every message id twice",
    Quirk.FORMATION_VIOLATION: "Answers ReserveNow and InstallCertificate with a bare FormationViolation",
    Quirk.REGISTER_ROLLBACK: "Forgets the last energy on reboot: the register falls to a full 100 Wh",
    Quirk.WRONG_TIMESTAMPS: "Its clock starts in 2000 and is never set",
    Quirk.NAIVE_TIMESTAMPS: "Writes times without a zone",
    Quirk.BOOTS_ON_RECONNECT: "Sends BootNotification whenever it reconnects",
}
