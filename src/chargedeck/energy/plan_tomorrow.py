"""What prices may be where they are not known yet: as on the last days, lifted to today's level."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from statistics import fmean

from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_slot import PlanSlot, SlotWorth
from chargedeck.energy.prices import quarter_of

DAYS = 14
"""How far back prices say something about tomorrow's."""

_ENOUGH = 6
_DAY = timedelta(days=1)

Memory = Mapping[datetime, SlotWorth]
"""What slots of the last days were worth, by the start of their quarter of an hour."""


def expected_worths(
    known: Sequence[PlanSlot], unknown: Sequence[PlanSlot], memory: Memory
) -> tuple[SlotWorth, ...]:
    """The mean of the same hours of the last six days that are remembered as a whole.

    Each day is lifted by how much today's known prices lie above that day's same hours. Without any
    day to go by, all unknown slots are worth the mean of what is known.
    """
    days = list(islice(_lifted_days(known, unknown, memory), _ENOUGH))
    if not days:
        return (_mean([slot.worth for slot in known if slot.worth is not None]),) * len(unknown)
    return tuple(_mean(same) for same in zip(*days, strict=True))


def _lifted_days(
    known: Sequence[PlanSlot], unknown: Sequence[PlanSlot], memory: Memory
) -> Iterator[list[SlotWorth]]:
    for days in range(1, DAYS + 1):
        then = [worth for slot in unknown if (worth := _then(memory, slot, days)) is not None]
        if len(then) == len(unknown):
            buy, sell = _lift(known, memory, days)
            yield [SlotWorth(Worth(each.buy + buy), Worth(each.sell + sell)) for each in then]


def _lift(known: Sequence[PlanSlot], memory: Memory, days: int) -> SlotWorth:
    """By how much the known slots are dearer than so many days before."""
    return _mean(
        [
            SlotWorth(Worth(slot.worth.buy - then.buy), Worth(slot.worth.sell - then.sell))
            for slot in known
            if slot.worth is not None and (then := _then(memory, slot, days)) is not None
        ]
    )


def _then(memory: Memory, slot: PlanSlot, days: int) -> SlotWorth | None:
    """What the quarter in which the slot starts was worth so many days before."""
    return memory.get(quarter_of(slot.start) - days * _DAY)


def _mean(worths: Sequence[SlotWorth]) -> SlotWorth:
    """The mean of both prices, nothing where there are none."""
    if not worths:
        return SlotWorth(Worth(0), Worth(0))
    return SlotWorth(
        Worth(fmean(worth.buy for worth in worths)), Worth(fmean(worth.sell for worth in worths))
    )
