"""What a session puts into the sums of the history, hour by hour. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chargedeck.hub.records import SessionRecord
from chargedeck.storage.columns import instant, micros

QUARTER_US = 900_000_000
HOUR = timedelta(hours=1)
LONGEST_US = 62 * 96 * QUARTER_US
"""No car stays for longer than two months: then a clock was wrong, and it all counts where it began."""

_MILLIONTHS = Decimal(1_000_000)
_TOLERANCE_MWH = 2
"""What rounding may make of energies that are the same."""


class Quarter(NamedTuple):
    """What a session took in a quarter of an hour, priced or not."""

    slot: int
    grid_mwh: int
    solar_mwh: int = 0
    battery_mwh: int = 0
    amount: Decimal | None = None

    @property
    def energy_mwh(self) -> int:
        """From wherever it came."""
        return self.grid_mwh + self.solar_mwh + self.battery_mwh


@dataclass(slots=True)
class Part:
    """What a session adds to an hour; its sums are named as the columns are."""

    slot: int
    day: int
    energy_mwh: int = 0
    grid_mwh: int = 0
    solar_mwh: int = 0
    battery_mwh: int = 0
    priced_mwh: int = 0
    charging_time_ms: int = 0
    sessions: int = 0
    cost_micros: int = 0


def slot_of(at: datetime) -> int:
    """The quarter of an hour that an instant lies in."""
    return micros(at) // QUARTER_US


def parts_of(record: SessionRecord, quarters: Sequence[Quarter], zone: ZoneInfo) -> list[Part]:
    """The parts of a session: by its priced quarters where these are its energy, else spread evenly."""
    if record.deleted_at is not None:
        return []
    energy = round(max(0.0, record.energy_wh) * 1000)
    drawn = sum(quarter.energy_mwh for quarter in quarters)
    if not quarters or abs(drawn - energy) > _TOLERANCE_MWH * len(quarters):
        quarters = list(_spread(record, energy))
    began = _place(slot_of(record.started_at), zone)
    parts = {began[0]: Part(*began, sessions=1)}
    costs = _whole_micros([quarter.amount or Decimal(0) for quarter in quarters])
    times = _shared(round(record.charging_time_s * 1000), [quarter.energy_mwh for quarter in quarters])
    for quarter, cost, time in zip(quarters, costs, times, strict=True):
        slot, day = _place(quarter.slot, zone)
        part = parts.setdefault(slot, Part(slot, day))
        part.energy_mwh += quarter.energy_mwh
        part.grid_mwh += quarter.grid_mwh
        part.solar_mwh += quarter.solar_mwh
        part.battery_mwh += quarter.battery_mwh
        part.priced_mwh += 0 if quarter.amount is None else quarter.energy_mwh
        part.charging_time_ms += time
        part.cost_micros += cost
    return list(parts.values())


def _place(slot: int, zone: ZoneInfo) -> tuple[int, int]:
    """The hour, or the quarter where hours are not whole in UTC, and the local day."""
    local = instant(slot * QUARTER_US).astimezone(zone)
    offset = local.utcoffset() or timedelta(0)
    return slot if offset % HOUR else slot // 4 * 4, local.toordinal()


def _spread(record: SessionRecord, energy_mwh: int) -> Iterator[Quarter]:
    """Energy and cost evenly from the start to the end; while it runs, for as long as it has charged."""
    start = micros(record.started_at)
    end = record.ended_at or record.started_at + timedelta(seconds=max(0.0, record.charging_time_s))
    length = max(1, micros(end) - start)
    cost = None if record.cost is None else record.cost.amount
    if length > LONGEST_US:
        yield Quarter(start // QUARTER_US, energy_mwh, amount=cost)
        return
    reached = paid = 0
    for slot in range(start // QUARTER_US, (start + length - 1) // QUARTER_US + 1):
        passed = min((slot + 1) * QUARTER_US - start, length)
        now = energy_mwh * passed // length
        amount = None if cost is None else cost * (passed - paid) / length
        yield Quarter(slot, now - reached, amount=amount)
        reached, paid = now, passed


def _shared(whole: int, weights: Sequence[int]) -> list[int]:
    """A whole number shared by weight, nothing lost; without weights the first has it all."""
    total = sum(weights)
    if total <= 0:
        return [whole, *[0] * (len(weights) - 1)] if weights else []
    marks = [whole * mark // total for mark in accumulate(weights)]
    return [mark - before for before, mark in zip([0, *marks], marks, strict=False)]


def _whole_micros(amounts: Sequence[Decimal]) -> list[int]:
    """Amounts in millionths, rounded so that they add up to their rounded sum."""
    marks = [int((mark * _MILLIONTHS).to_integral_value(ROUND_HALF_EVEN)) for mark in accumulate(amounts)]
    return [mark - before for before, mark in zip([0, *marks], marks, strict=False)]
