"""The ten errors as a real charger has them: what stops, what it says in OCPP 1.6; decides nothing else."""

from dataclasses import dataclass
from enum import StrEnum

from chargedeck.domain.errors import ErrorType


class StopReason(StrEnum):
    """Why a transaction ended, in the words of OCPP 1.6 §7.36."""

    DEAUTHORIZED = "DeAuthorized"
    EMERGENCY_STOP = "EmergencyStop"
    EV_DISCONNECTED = "EVDisconnected"
    HARD_RESET = "HardReset"
    LOCAL = "Local"
    OTHER = "Other"
    POWER_LOSS = "PowerLoss"
    REBOOT = "Reboot"
    REMOTE = "Remote"
    SOFT_RESET = "SoftReset"
    UNLOCK_COMMAND = "UnlockCommand"


@dataclass(frozen=True, slots=True)
class Fault:
    """One error: its OCPP code, the vendor's own word, and why it ends a transaction (None: it does not)."""

    type: ErrorType
    code: str
    vendor_code: str
    stops: StopReason | None
    info: str


def _fault(error: ErrorType, code: str, vendor_code: str, stops: StopReason | None, info: str) -> Fault:
    return Fault(error, code, vendor_code, stops, info)


_E, _S = ErrorType, StopReason
_STOP = _S.EMERGENCY_STOP
_TABLE = (
    _fault(_E.CAR_ERROR, "OtherError", "state_e_activated", _S.OTHER, "Pilot in state E"),
    _fault(_E.DEVICE_HOT, "HighTemperature", "overtemp", None, "Above 65 C, current reduced"),
    _fault(_E.CRITICAL_TEMPERATURE, "HighTemperature", "critical_temp", _S.OTHER, "Above 75 C"),
    _fault(_E.OVERCURRENT, "OverCurrentFailure", "overcurrent", _STOP, "Car draws too much"),
    _fault(_E.VOLTAGE_OUT_OF_RANGE, "UnderVoltage", "undervoltage_error", _S.OTHER, "Below 207 V"),
    _fault(_E.RESIDUAL_CURRENT, "GroundFailure", "rcd_error", _STOP, "Residual current above 6 mA"),
    _fault(_E.SYSTEM_ERROR, "InternalError", "state_f_activated", _S.OTHER, "Self test failed"),
    _fault(_E.METERING_ERROR, "PowerMeterFailure", "meter_fault", _S.OTHER, "Meter does not answer"),
    _fault(_E.RELAY_FAILURE, "PowerSwitchFailure", "contactor_failure", _STOP, "Contact is welded"),
    _fault(_E.EV_COMMUNICATION_ERROR, "EVCommunicationError", "cp_diode_failure", _S.OTHER, "No diode"),
)

FAULTS: dict[ErrorType, Fault] = {fault.type: fault for fault in _TABLE}

OVER_VOLTAGE = _fault(_E.VOLTAGE_OUT_OF_RANGE, "OverVoltage", "overvoltage_error", _S.OTHER, "Above 253 V")


def fault(error: ErrorType, detail: str | None = None) -> Fault:
    """The fault for an error; `detail` "over" makes the voltage too high instead of too low."""
    if error is ErrorType.VOLTAGE_OUT_OF_RANGE and detail == "over":
        return OVER_VOLTAGE
    return FAULTS[error]
