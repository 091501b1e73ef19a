"""OCPP 1.6 sampled values to a reading: measurands, phases, units, and how devices in the field write them.

Only what a reading has a place for is read. A value that is no number, or no number that a meter
could show, is missing: missing values stay missing.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from math import nan
from typing import Any, NamedTuple

from chargedeck.chargers.ocpp.times import instant
from chargedeck.domain.reading import PhaseReading, Reading, spread
from chargedeck.domain.units import Ratio, Watts


class Signed(NamedTuple):
    """A value that the meter has signed, as it came."""

    context: str
    value: str


class _Measurand(NamedTuple):
    """Where a measurand goes, and what a meter can show: anything else is a fault or a lie."""

    slot: int
    low: float
    high: float
    locations: frozenset[str] = frozenset({"Outlet"})


_REGISTER, _POWER, _CURRENT, _VOLTAGE, _FACTOR, _OFFERED, _TEMPERATURE, _SOC = range(0, 32, 4)
"""Each measurand has four places: the whole, and one a phase; from the offer on only the whole is used."""
_PLACES = 32

_HIGHEST_COUNTS = frozenset({_REGISTER, _OFFERED, _TEMPERATURE})
"""A register's begin and end in one message, an offer for each phase, several thermometers."""

_DEVICE = frozenset({"Outlet", "Inlet", "Cable", "Body"})
_ANYWHERE = _DEVICE | {"EV"}

_MEASURANDS = {
    "Energy.Active.Import.Register": _Measurand(_REGISTER, 0.0, 1e12),
    "Power.Active.Import": _Measurand(_POWER, -1e7, 1e7),
    "Current.Import": _Measurand(_CURRENT, -1e4, 1e4),
    "Voltage": _Measurand(_VOLTAGE, 0.0, 2e3),
    "Power.Factor": _Measurand(_FACTOR, -100.0, 100.0),
    "Current.Offered": _Measurand(_OFFERED, 0.0, 1e4),
    "Temperature": _Measurand(_TEMPERATURE, -100.0, 300.0, _DEVICE),
    "SoC": _Measurand(_SOC, 0.0, 100.0, _ANYWHERE),
}
"""Registers count; intervals, export and reactive energy do not say what a session has drawn."""

_DEFAULT = "Energy.Active.Import.Register"

_PHASES = {None: 0, "L1": 1, "L1-N": 1, "L2": 2, "L2-N": 2, "L3": 3, "L3-N": 3}
"""The neutral and the voltages between phases have no place: taken for a phase they would mislead."""

_PHASES_OF = tuple(
    tuple(phase for phase in (1, 2, 3) if bits & (1 << phase) or (phase == 1 and bits & 1))
    for bits in range(16)
)
"""Which phases to look at, by a bit for each that was named; a value without a phase may be the first's."""

_CONVERSIONS: dict[str | None, tuple[float, float]] = {
    "kWh": (1_000.0, 0.0),
    "kW": (1_000.0, 0.0),
    "K": (1.0, -273.15),
    "Fahrenheit": (5 / 9, -160 / 9),
}
"""To the unit that we keep: factor, then offset. A unit that is missing is the measurand's default."""


class _Place(NamedTuple):
    """Where a sampled value goes, how it becomes our unit, and what a meter can show."""

    at: int
    phase_bit: int
    factor: float
    offset: float
    low: float
    high: float
    highest_counts: bool


@lru_cache(maxsize=1_024)
def _place(measurand: str, phase: str | None, unit: str | None, location: str) -> _Place | None:
    """Look a value's place up by all that describes it: a device describes its values alike every time."""
    found, number = _MEASURANDS.get(measurand), _PHASES.get(phase)
    if found is None or number is None or location not in found.locations:
        return None
    factor, offset = _CONVERSIONS.get(unit, (1.0, 0.0))
    at = found.slot + number if found.slot < _OFFERED else found.slot
    return _Place(at, 1 << number, factor, offset, found.low, found.high, found.slot in _HIGHEST_COUNTS)


_NOT_A_NUMBER = re.compile(r"[^0-9,.eE+\-]+")


def reading(meter_value: Mapping[str, Any]) -> tuple[Reading, tuple[Signed, ...]]:
    """Read one `meterValue`: everything that was measured at one instant.

    Raises ValueError for a time that cannot be read.
    """
    places: list[Any] = [None] * _PLACES
    signed: tuple[Signed, ...] = ()
    phases = 0
    for sample in meter_value["sampledValue"]:
        get = sample.get
        if get("format") == "SignedData":
            signed += (Signed(get("context", "Sample.Periodic"), sample["value"]),)
            continue
        place = _place(get("measurand", _DEFAULT), get("phase"), get("unit"), get("location", "Outlet"))
        if place is None:
            continue
        at, bit, factor, offset, low, high, highest_counts = place
        try:
            value = float(sample["value"])
        except ValueError:
            value = _localised(sample["value"])
        value = value * factor + offset
        if low <= value <= high:
            if highest_counts and places[at] is not None:
                value = max(value, places[at])
            places[at] = value
            phases |= bit
    return _assembled(instant(meter_value["timestamp"]), places, _PHASES_OF[phases]), signed


def _localised(text: str) -> float:
    """A number with a decimal comma, with thousands set apart, or with its unit behind it; else NaN."""
    bare = _NOT_A_NUMBER.sub("", text).strip("eE")
    comma, point = bare.rfind(","), bare.rfind(".")
    decimal, thousands = (",", ".") if comma > point else (".", ",")
    bare = bare.replace(thousands, "")
    bare = bare.replace(decimal, "." if bare.count(decimal) == 1 else "")
    try:
        return float(bare)
    except ValueError:
        return nan


def _assembled(at: datetime, places: list[Any], numbers: tuple[int, ...]) -> Reading:
    phases = []
    for number in numbers:
        phase = _phase(places, number)
        if phase is not None:
            phases.append(phase)
    register, power, soc = places[_REGISTER], places[_POWER], places[_SOC]
    if register is None:
        register = _sum(places, _REGISTER)
    if power is None:
        power = _sum(places, _POWER)
    lies = spread(phases, power, named=_is_named(places))
    if power is None:
        power = _apparent(phases)
    return Reading(
        at,
        register,
        power,
        tuple(phases),
        places[_TEMPERATURE],
        None if soc is None else Ratio(soc / 100),
        places[_OFFERED],
        lies,
    )


def _phase(places: list[Any], number: int) -> PhaseReading | None:
    """What was measured on a phase; values without one stand with the first, where it has none.

    On which phases they flow is another question: see `spread`.
    """
    voltage, current = places[_VOLTAGE + number], places[_CURRENT + number]
    power, factor = places[_POWER + number], places[_FACTOR + number]
    if number == 1:
        voltage = places[_VOLTAGE] if voltage is None else voltage
        current = _whole(places, _CURRENT) if current is None else current
        factor = places[_FACTOR] if factor is None else factor
    if voltage is None and current is None and power is None:
        return None
    if factor is not None and abs(factor) > 1:
        factor /= 100  # a factor of 95 can only be per cent
    return PhaseReading(number, voltage, current, power, factor)


def _whole(places: list[Any], slot: int) -> Any:
    """What was measured without a phase: the first phase's, where no other has its own."""
    return None if _each_phase(places, slot) else places[slot]


def _each_phase(places: list[Any], slot: int) -> list[Any]:
    return [value for value in places[slot + 1 : slot + 4] if value is not None]


def _is_named(places: list[Any]) -> bool:
    """Whether the current, or where there is none what else a phase has, came with its phase."""
    if places[_CURRENT] is not None or _each_phase(places, _CURRENT):
        return bool(_each_phase(places, _CURRENT))
    return bool(_each_phase(places, _VOLTAGE) or _each_phase(places, _POWER))


def _sum(places: list[Any], slot: int) -> Any:
    """The whole from its phases, where a meter gives no whole."""
    parts = _each_phase(places, slot)
    return sum(parts) if parts else None


def _apparent(phases: Sequence[PhaseReading]) -> Watts | None:
    """The power where no meter measures it: only from phases that have all it takes."""
    total = 0.0
    for phase in phases:
        if phase.current_a is None:
            continue
        if phase.voltage_v is None:
            return None
        total += phase.voltage_v * phase.current_a * (phase.power_factor_ratio or 1.0)
    return Watts(total) if any(phase.current_a is not None for phase in phases) else None
