"""How much energy a session took in each quarter of an hour, and from where; it knows no price.

Energy comes from meter registers alone, interpolated to the borders of the quarters and kept to a
thousandth of a watt-hour, so that the sum of all quarters is exactly what the registers say.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from chargedeck.domain.register import opened, read
from chargedeck.domain.units import WattHours
from chargedeck.energy.prices import QUARTER, quarter_of

_FINEST_WH = Decimal("0.001")
_FINEST_KWH = Decimal("0.000001")
_PER_KWH = Decimal(1000)
_TICK = timedelta(microseconds=1)
ZERO = Decimal(0)


class RegisterAt(NamedTuple):
    """What the meter's register said at an instant."""

    at: datetime
    register_wh: Decimal


class Flow(NamedTuple):
    """What flowed into the house in a quarter of an hour, by source; only the shares count."""

    grid_wh: Decimal
    solar_wh: Decimal = ZERO
    battery_wh: Decimal = ZERO


Flows = Mapping[datetime, Flow]
"""What is known of the sources, by the start of the quarter in UTC; the rest is from the grid."""


@dataclass(frozen=True, slots=True)
class Portion:
    """The energy of one quarter of an hour, or of the part of it that the session lasted."""

    start: datetime
    end: datetime
    grid_kwh: Decimal
    solar_kwh: Decimal
    battery_kwh: Decimal
    interpolated: bool
    """Whether some of it was drawn in a gap between readings, so that when is a guess."""

    @property
    def kwh(self) -> Decimal:
        """All of it."""
        return self.grid_kwh + self.solar_kwh + self.battery_kwh


def portions(readings: Sequence[RegisterAt], flows: Flows) -> tuple[Portion, ...]:
    """Split what the registers say by quarter and by source."""
    counted = _counted(readings)
    if not counted:
        return ()
    borders = list(_borders(counted[0].at, counted[-1].at))
    registers = _interpolated(counted, borders)
    gaps = [
        (one.at, other.at)
        for one, other in pairwise(counted)
        if other.at - one.at > QUARTER and other.register_wh > one.register_wh
    ]
    return tuple(
        _portion(start, end, after - before, flows, gaps)
        for (start, end), (before, after) in zip(pairwise(borders), pairwise(registers), strict=True)
    )


def _counted(readings: Sequence[RegisterAt]) -> list[RegisterAt]:
    """The readings as they count: from the first to the last, which the device vouches for, and never back.

    One above the last, or above most of what was read later, is of another register.
    """
    if not readings:
        return []
    ordered = sorted(readings, key=lambda reading: reading.at)
    first, last = ordered[0], ordered[-1]
    last = RegisterAt(last.at, max(first.register_wh, last.register_wh))
    told = [each for each in ordered[1:-1] if each.register_wh <= last.register_wh]
    between = [
        each for each in _followed(first, told) if first.register_wh <= each.register_wh <= last.register_wh
    ]
    return [first, *_rising(between), *([last] if len(ordered) > 1 else [])]


def _followed(first: RegisterAt, readings: Sequence[RegisterAt]) -> list[RegisterAt]:
    """The readings as the session's register counts: without leaps, and on from a meter that began anew."""
    register, since = opened(WattHours(float(first.register_wh))), first.at
    followed: list[RegisterAt] = []
    for at, told in readings:
        value = WattHours(float(told))
        register = read(register, value, (at - since).total_seconds())
        if value == register.own_wh:
            since = at
        if value <= register.own_wh:
            is_own = register.beside is None
            followed.append(RegisterAt(at, told if is_own else Decimal(repr(register.highest_wh))))
    return followed


def _rising(readings: Sequence[RegisterAt]) -> list[RegisterAt]:
    """As many of the readings as can be true together: the longest row that never goes back."""
    ends: list[Decimal] = []
    """The lowest register that a row of each length ends with; and where it does."""
    places: list[int] = []
    before: list[int] = []
    for place, (_, register) in enumerate(readings):
        length = bisect_right(ends, register)
        before.append(places[length - 1] if length else -1)
        ends[length : length + 1] = [register]
        places[length : length + 1] = [place]
    rising: list[RegisterAt] = []
    place = places[-1] if places else -1
    while place >= 0:
        rising.append(readings[place])
        place = before[place]
    return rising[::-1]


def _borders(start: datetime, end: datetime) -> Iterator[datetime]:
    yield start
    at = quarter_of(start) + QUARTER
    while at < end:
        yield at
        at += QUARTER
    yield end


def _interpolated(readings: Sequence[RegisterAt], borders: Sequence[datetime]) -> list[Decimal]:
    registers: list[Decimal] = []
    place = 0
    for border in borders:
        while place + 1 < len(readings) and readings[place + 1].at <= border:
            place += 1
        one = readings[place]
        register = one.register_wh
        if one.at < border:
            other = readings[place + 1]
            rise = other.register_wh - one.register_wh
            register += rise * ((border - one.at) // _TICK) / ((other.at - one.at) // _TICK)
        registers.append(register)
    registers[0] = readings[0].register_wh  # of several readings at the start, the first one counts
    return [register.quantize(_FINEST_WH) for register in registers]


def _portion(
    start: datetime,
    end: datetime,
    energy_wh: Decimal,
    flows: Flows,
    gaps: Sequence[tuple[datetime, datetime]],
) -> Portion:
    kwh = energy_wh / _PER_KWH
    flow = flows.get(quarter_of(start))
    total = sum(flow, ZERO) if flow else ZERO
    solar = stored = ZERO
    if flow and total > 0:
        solar = (kwh * flow.solar_wh / total).quantize(_FINEST_KWH)
        stored = (kwh * (flow.solar_wh + flow.battery_wh) / total).quantize(_FINEST_KWH) - solar
    gapped = any(begun < end and start < over for begun, over in gaps)
    return Portion(start, end, kwh - solar - stored, solar, stored, gapped)
