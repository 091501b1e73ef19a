"""Facts: what a device says has happened, in our words; drivers make them, the actor applies them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import IdTag, WattHours


class OutletState(StrEnum):
    """What an outlet says of itself; close to OCPP's words, since every driver can be told in them."""

    AVAILABLE = "available"
    PREPARING = "preparing"
    CHARGING = "charging"
    SUSPENDED_BY_CAR = "suspended_by_car"
    SUSPENDED_BY_CHARGER = "suspended_by_charger"
    FINISHING = "finishing"
    RESERVED = "reserved"
    UNAVAILABLE = "unavailable"
    FAULTED = "faulted"


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """What a device says it is; empty where it says nothing."""

    vendor: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None


UNIDENTIFIED = DeviceIdentity()


@dataclass(frozen=True, slots=True)
class OutletSeen:
    """The outlet's state, with the error it names (None: it says that there is none), and `further` ones."""

    at: datetime
    state: OutletState
    device_word: str
    error: ErrorType | None = None
    error_detail: str = ""
    further: tuple[tuple[ErrorType, str], ...] = ()

    @property
    def errors(self) -> tuple[tuple[ErrorType, str], ...]:
        """All errors with the device's words for them, the one it names first."""
        return () if self.error is None else ((self.error, self.error_detail), *self.further)


@dataclass(frozen=True, slots=True)
class TransactionStarted:
    """A session began at the device."""

    at: datetime
    meter_start_wh: WattHours
    id_tag: IdTag
    reservation_id: int | None = None


@dataclass(frozen=True, slots=True)
class TransactionStopped:
    """A session ended at the device; `ref` is the transaction's number at the device."""

    at: datetime
    ref: str
    meter_stop_wh: WattHours | None
    reason: str
    id_tag: IdTag | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Metered:
    """A meter reading; `ref` names the transaction it belongs to, if any."""

    reading: Reading
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Updating:
    """The device installs new firmware, or has finished."""

    active: bool
    word: str
