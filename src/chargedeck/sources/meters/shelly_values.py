"""What a Shelly answers: emeters of the first generation; EM, EM1, PM1 and Switch of the later ones."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import Amps, Ratio, Volts, Watts
from chargedeck.hub.meter_records import Answered, MeterFailedError, MeterTrouble

_COMPONENTS = {"em": "EM", "em1": "EM1", "pm1": "PM1", "switch": "Switch", "cover": "Cover"}
"""In the order in which they are preferred: a meter before a plug that measures as well."""


class _Names(NamedTuple):
    """What the values of a phase are called."""

    voltage: str
    current: str
    power: str
    factor: str = "pf"
    errors: str = "errors"


_THREE = [
    _Names(f"{at}_voltage", f"{at}_current", f"{at}_act_power", f"{at}_pf", f"{at}_errors") for at in "abc"
]
_FAILED = "power_meter_failure"


def first_generation(status: Mapping[str, Any], channel: int | None, model: str) -> Answered:
    """`/status` of an EM, with two channels, or of a 3EM, with three phases."""
    meters = status.get("emeters")
    if not isinstance(meters, list) or not all(isinstance(each, dict) for each in meters) or not meters:
        raise _wrong(said("It has no meter; choose the address of an EM or a 3EM"))
    if channel is None and len(meters) == 3:
        return Answered(tuple(_first(meter, phase) for phase, meter in enumerate(meters, 1)), None, model)
    chosen = channel or 0
    if chosen >= len(meters):
        raise _wrong(
            said(
                "It has no channel {chosen}; choose one from 0 to {last}", chosen=chosen, last=len(meters) - 1
            )
        )
    phase = _first(meters[chosen], 1)
    return Answered((phase,), phase.power_w, f"{model}, channel {chosen}")


def _first(meter: Mapping[str, Any], phase: int) -> MeterPhase:
    if meter.get("is_valid") is False:
        raise _invalid()
    return _phase(phase, meter, _Names("voltage", "current", "power"))


def component_of(status: Mapping[str, Any], channel: int | None) -> tuple[str, int]:
    """Which of a later Shelly's parts measures; raises MeterFailedError where there is none."""
    found: dict[str, list[int]] = {}
    for key, part in status.items():
        kind, _, number = key.partition(":")
        measures = isinstance(part, dict) and any(_is_power(name) for name in part)
        if kind in _COMPONENTS and number.isdigit() and measures:
            found.setdefault(kind, []).append(int(number))
    for kind, named in _COMPONENTS.items():
        numbers = sorted(found.get(kind, []))
        if kind == "em" and numbers and channel is None:
            return named, numbers[0]
        if kind != "em" and numbers:
            if channel is None:
                return named, numbers[0]
            if channel in numbers:
                return named, channel
            raise _wrong(
                said(
                    "It has no channel {channel}; choose one of {numbers}",
                    channel=channel,
                    numbers=", ".join(map(str, numbers)),
                )
            )
    if "em" in found:
        raise _wrong(said("It measures three phases together; leave the channel out"))
    raise _wrong(said("None of its parts measures power; choose the address of a Shelly that does"))


def _is_power(name: str) -> bool:
    return name in {"total_act_power", "act_power", "apower"}


def metered(kind: str, status: Mapping[str, Any], model: str) -> Answered:
    """`GetStatus` of one part."""
    if kind == "EM":
        phases = tuple(_phase(number, status, names) for number, names in enumerate(_THREE, 1))
        return Answered(phases, _watts(status.get("total_act_power")), model)
    power = "act_power" if kind == "EM1" else "apower"
    phase = _phase(1, status, _Names("voltage", "current", power))
    return Answered((phase,), phase.power_w, model)


def _phase(number: int, values: Mapping[str, Any], names: _Names) -> MeterPhase:
    errors = values.get(names.errors)
    if isinstance(errors, list) and _FAILED in errors:
        raise _invalid()
    volts, amps = _number(values.get(names.voltage)), _number(values.get(names.current))
    ratio = _number(values.get(names.factor))
    return MeterPhase(
        number,
        None if volts is None else Volts(volts),
        None if amps is None else Amps(amps),
        _watts(values.get(names.power)),
        None if ratio is None else Ratio(ratio),
    )


def _watts(value: Any) -> Watts | None:
    number = _number(value)
    return None if number is None else Watts(number)


def _number(value: Any) -> float | None:
    """A number; null is what a Shelly answers for what it cannot measure now."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)


def _invalid() -> MeterFailedError:
    return _wrong(said("It says itself that what it measures is not valid; check its clamps and restart it"))


def _wrong(why: Sentence) -> MeterFailedError:
    return MeterFailedError(MeterTrouble.NOT_UNDERSTOOD, why)
