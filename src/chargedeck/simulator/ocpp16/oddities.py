"""How the quirks of a firmware show in OCPP 1.6, where that is more than one line elsewhere."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from chargedeck.domain.units import WattHours
from chargedeck.simulator.clock import Instant, Seconds, between
from chargedeck.simulator.identity import Identity
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import CallError
from chargedeck.simulator.world import World

LATE = Seconds(35)
STORM_INTERVAL = Seconds(0.8)

SMART_CHARGING = frozenset({"SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule"})
WHITEPAPER = frozenset(
    {
        "CertificateSigned",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetInstalledCertificateIds",
        "GetLog",
        "InstallCertificate",
        "SignedUpdateFirmware",
    }
)
HUNG_UP_ON = frozenset({"ReserveNow", "CancelReservation"})

_NOT_KNOWN: dict[Quirk, tuple[frozenset[str], str]] = {
    Quirk.NO_SMART_CHARGING: (SMART_CHARGING, "NotImplemented"),
    Quirk.NO_TRIGGER: (frozenset({"TriggerMessage"}), "NotImplemented"),
    Quirk.NO_SECURITY_MESSAGES: (WHITEPAPER, "NotImplemented"),
    Quirk.FORMATION_VIOLATION: (frozenset({"ReserveNow", "InstallCertificate"}), "FormationViolation"),
}
_FEATURES = "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger"


def refuse(quirks: frozenset[Quirk], action: str) -> None:
    """Raise the CALLERROR with which a firmware answers what it does not know."""
    for quirk in quirks:
        actions, code = _NOT_KNOWN.get(quirk, (frozenset(), ""))
        if action in actions:
            raise CallError(code)


def factory_settings(identity: Identity) -> Mapping[str, str]:
    """The configuration values that this model has in place of the usual ones."""
    settings = dict(identity.settings)
    if identity.connectors > 1:
        settings["NumberOfConnectors"] = str(identity.connectors)
    if Quirk.WATT_ONLY in identity.quirks:
        settings["ChargingScheduleAllowedChargingRateUnit"] = "Power"
    without = {
        word
        for quirk, word in ((Quirk.NO_SMART_CHARGING, "SmartCharging"), (Quirk.NO_TRIGGER, "RemoteTrigger"))
        if quirk in identity.quirks
    }
    if without:
        settings["SupportedFeatureProfiles"] = ",".join(
            word for word in _FEATURES.split(",") if word not in without
        )
    return settings


def clock_offset(identity: Identity, now: Instant) -> Seconds:
    """How far the clock is ahead when the charge point is switched on."""
    if Quirk.WRONG_TIMESTAMPS in identity.quirks:
        return between(now, Instant(datetime(2000, 1, 1, tzinfo=UTC).timestamp()))
    return identity.drift or Seconds(0)


def message_ids(identity: Identity, world: World) -> Iterator[str]:
    """The ids of our requests."""
    if Quirk.DUPLICATE_IDS in identity.quirks:
        return itertools.chain.from_iterable((one, one) for one in world.message_ids)
    return world.message_ids


def rolled_back(register: WattHours) -> WattHours:
    """What is left in a register that is written to memory too rarely."""
    return WattHours(register // 100 * 100)
