"""The actions of OCPP 1.6 and of its security whitepaper, by who may send them; and how it spells faults."""

from chargedeck.chargers.ocpp.faults import FaultKind

FROM_DEVICE = frozenset(
    {
        "Authorize",
        "BootNotification",
        "DataTransfer",
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "Heartbeat",
        "LogStatusNotification",
        "MeterValues",
        "SecurityEventNotification",
        "SignCertificate",
        "SignedFirmwareStatusNotification",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
    }
)

TO_DEVICE = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ChangeAvailability",
        "ChangeConfiguration",
        "ClearCache",
        "ClearChargingProfile",
        "DataTransfer",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetConfiguration",
        "GetDiagnostics",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "GetLog",
        "InstallCertificate",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "ReserveNow",
        "Reset",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "TriggerMessage",
        "UnlockConnector",
        "UpdateFirmware",
    }
)

CODES = {
    FaultKind.NOT_IMPLEMENTED: "NotImplemented",
    FaultKind.NOT_SUPPORTED: "NotSupported",
    FaultKind.INTERNAL: "InternalError",
    FaultKind.SECURITY: "SecurityError",
    FaultKind.FORMATION: "FormationViolation",
    FaultKind.PROPERTY: "PropertyConstraintViolation",
    FaultKind.OCCURRENCE: "OccurenceConstraintViolation",
    FaultKind.TYPE: "TypeConstraintViolation",
}
"""OCPP-J 1.6 §4.2.3, which misspells occurrence; stations compare the text."""
