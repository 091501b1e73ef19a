"""Units and identifiers as types, so that mypy asks for the unit wherever a number changes hands."""

from typing import NewType

Amps = NewType("Amps", float)
Watts = NewType("Watts", float)
WattHours = NewType("WattHours", float)
Volts = NewType("Volts", float)
Celsius = NewType("Celsius", float)
Ratio = NewType("Ratio", float)
"""A share between 0 and 1: power factor, state of charge."""

ChargerId = NewType("ChargerId", str)
DeviceId = NewType("DeviceId", str)
StationId = NewType("StationId", str)
SessionId = NewType("SessionId", str)
IdTag = NewType("IdTag", str)
"""What a card carries; OCPP 1.6 `IdToken`: at most 20 characters, compared without case."""

MINIMUM_CURRENT = Amps(6)
"""The least current a pilot can offer (IEC 61851-1); below it a car is held at 0 A."""

NO_CURRENT = Amps(0)


def charger_id(device: DeviceId, connector: int) -> ChargerId:
    """Name the charger behind a device's connector: the first takes the device's own name.

    No device's name may have a tilde in it, so two devices never make the same one.
    """
    return ChargerId(device if connector == 1 else f"{device}~{connector}")
