"""The ten errors a charger can report and how much each one matters."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class ErrorType(StrEnum):
    """Fixed ids; every one has a page in the error guide."""

    CAR_ERROR = "car_error"
    DEVICE_HOT = "device_hot"
    CRITICAL_TEMPERATURE = "critical_temperature"
    OVERCURRENT = "overcurrent"
    VOLTAGE_OUT_OF_RANGE = "voltage_out_of_range"
    RESIDUAL_CURRENT = "residual_current"
    SYSTEM_ERROR = "system_error"
    METERING_ERROR = "metering_error"
    RELAY_FAILURE = "relay_failure"
    EV_COMMUNICATION_ERROR = "ev_communication_error"


class Severity(IntEnum):
    """Ordered: a warning lets charging go on, an error stops it, a danger also locks the charger."""

    WARNING = 1
    ERROR = 2
    DANGER = 3

    @property
    def word(self) -> str:
        """The word of the API: warning, error or danger."""
        return self.name.lower()


def severity(error: ErrorType) -> Severity:
    """How much an error matters."""
    match error:
        case ErrorType.DEVICE_HOT:
            return Severity.WARNING
        case ErrorType.RELAY_FAILURE:
            return Severity.DANGER
        case _:
            return Severity.ERROR


@dataclass(frozen=True, slots=True)
class ActiveError:
    """An error as the device reports it; `detail` is the device's own word for it."""

    type: ErrorType
    detail: str
    since: datetime


def worst(errors: tuple[ActiveError, ...]) -> Severity | None:
    """The highest severity among the errors, or None without any."""
    return max((severity(error.type) for error in errors), default=None)
