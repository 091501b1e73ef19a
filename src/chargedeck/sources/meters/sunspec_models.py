"""Where SunSpec puts what a meter or an inverter measures: models 101-103, 111-113, 201-204 and 211-214.

Offsets count registers from the first one after a model's id and length (SunSpec Information Model
Reference; the definitions are public as JSON in the Alliance's own repository).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, Volts, Watts
from chargedeck.hub.meter_records import Answered

MARK = (0x5375, 0x6E53)
"""SunS: where a map begins."""

BASES = (40_000, 50_000, 0)
END = 0xFFFF

_NOT_THERE = 0x8000
"""A signed value, or a scale, that the device does not have."""
_NO_UNSIGNED = 0xFFFF

INVERTERS = frozenset({101, 102, 103, 111, 112, 113})
METERS = frozenset({201, 202, 203, 204, 211, 212, 213, 214})
KNOWN = INVERTERS | METERS

_PHASES_OF = {1: 1, 2: 2, 3: 3, 4: 3}
"""By the last figure of a model: single, split, wye, delta."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Offsets of the first phase's current, voltage and power, of the sum, and of their scales."""

    current: int
    voltage: int
    power: int
    phase_power: int | None
    current_scale: int | None = None
    voltage_scale: int | None = None
    power_scale: int | None = None
    signed: bool = True
    """Of currents and voltages; a power always is."""

    @property
    def words(self) -> int:
        """Registers to read."""
        highest = max(self.power, self.phase_power or 0, self.voltage, self.power_scale or 0)
        return highest + 6


_INVERTER = _Layout(1, 8, 12, None, 4, 11, 13, signed=False)
_METER = _Layout(1, 6, 16, 17, 4, 13, 20)
_INVERTER_FLOAT = _Layout(2, 14, 20, None)
_METER_FLOAT = _Layout(2, 10, 26, 28)

_LAYOUTS = {10: _INVERTER, 11: _INVERTER_FLOAT, 20: _METER, 21: _METER_FLOAT}


def words_of(model: int) -> int:
    """How many registers of a model are read."""
    return _LAYOUTS[model // 10].words


def values_of(model: int, words: Sequence[int], name: str) -> Answered:
    """What the registers of a model say."""
    layout, count = _LAYOUTS[model // 10], _PHASES_OF[model % 10]
    phases = tuple(
        MeterPhase(
            place + 1,
            _volts(_value(words, layout.voltage, place, layout.voltage_scale, signed=layout.signed)),
            _amps(_value(words, layout.current, place, layout.current_scale, signed=layout.signed)),
            None
            if layout.phase_power is None
            else _watts(_value(words, layout.phase_power, place, layout.power_scale)),
        )
        for place in range(count)
    )
    power = _watts(_value(words, layout.power, 0, layout.power_scale))
    if count == 1 and phases[0].power_w is None:
        phases = (phases[0]._replace(power_w=power),)
    told = tuple(phase for phase in phases if phase.current_a is not None or phase.power_w is not None)
    return Answered(told, power, name)


def _value(
    words: Sequence[int], first: int, place: int, scale: int | None, *, signed: bool = True
) -> float | None:
    """The value of a phase: a float of two registers, or a whole number with a scale of its own."""
    if scale is None:
        at = first + 2 * place
        value: float = struct.unpack(">f", struct.pack(">HH", words[at], words[at + 1]))[0]
        return value if isfinite(value) else None
    word = words[first + place]
    if word == (_NOT_THERE if signed else _NO_UNSIGNED):
        return None
    whole = word - 0x10000 if signed and word >= _NOT_THERE else word
    power = words[scale]
    exponent = 0 if power == _NOT_THERE else power - 0x10000 if power >= _NOT_THERE else power
    return float(whole * 10.0**exponent) if abs(exponent) <= 10 else None


def _amps(value: float | None) -> Amps | None:
    return None if value is None else Amps(value)


def _volts(value: float | None) -> Volts | None:
    return None if value is None else Volts(value)


def _watts(value: float | None) -> Watts | None:
    return None if value is None else Watts(value)
