"""Which function answers which request of the central system: one table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from chargedeck.simulator.ocpp16.requests import (
    core,
    lists,
    maintenance,
    security,
    smart_charging,
    trigger,
)
from chargedeck.simulator.wire import Payload

if TYPE_CHECKING:
    from chargedeck.simulator.ocpp16.charge_point import ChargePoint

Handler: TypeAlias = Callable[["ChargePoint", Payload], Payload]

ROUTES: dict[str, Handler] = {
    # Core
    "ChangeAvailability": core.change_availability,
    "ChangeConfiguration": core.change_configuration,
    "ClearCache": core.clear_cache,
    "DataTransfer": core.data_transfer,
    "GetConfiguration": core.get_configuration,
    "RemoteStartTransaction": core.remote_start,
    "RemoteStopTransaction": core.remote_stop,
    "Reset": core.reset,
    "UnlockConnector": core.unlock,
    # Remote Trigger
    "TriggerMessage": trigger.trigger_message,
    "ExtendedTriggerMessage": trigger.extended_trigger_message,
    # Smart Charging
    "SetChargingProfile": smart_charging.set_charging_profile,
    "ClearChargingProfile": smart_charging.clear_charging_profile,
    "GetCompositeSchedule": smart_charging.get_composite_schedule,
    # Local Auth List, Reservation
    "GetLocalListVersion": lists.get_local_list_version,
    "SendLocalList": lists.send_local_list,
    "ReserveNow": lists.reserve_now,
    "CancelReservation": lists.cancel_reservation,
    # Firmware Management
    "UpdateFirmware": maintenance.update_firmware,
    "GetDiagnostics": maintenance.get_diagnostics,
    # Security whitepaper
    "GetLog": maintenance.get_log,
    "SignedUpdateFirmware": maintenance.signed_update_firmware,
    "InstallCertificate": security.install_certificate,
    "DeleteCertificate": security.delete_certificate,
    "GetInstalledCertificateIds": security.get_installed_certificate_ids,
    "CertificateSigned": security.certificate_signed,
}
