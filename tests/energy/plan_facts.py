"""Slots, chargers and prices that plans are tested with."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from chargedeck.domain.units import Ratio, WattHours, Watts
from chargedeck.energy.plan import PlanRequest
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_doubt import Doubt
from chargedeck.energy.plan_slot import PlanSlot, PowerRange, Powers, SlotWorth

NOON = datetime(2024, 6, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
THREE_PHASES: Powers = (PowerRange(Watts(1380), Watts(11_000)),)
SWITCHING: Powers = (PowerRange(Watts(1380), Watts(3680)), PowerRange(Watts(4140), Watts(11_040)))
SURE = Doubt(Ratio(0))


def worth(buy: float, sell: float = 0.0) -> SlotWorth:
    return SlotWorth(Worth(buy), Worth(sell))


def slot(
    place: int,
    price: SlotWorth | None,
    surplus_w: float = 0.0,
    *,
    length: timedelta = HOUR,
    allowed: bool = True,
    most_w: float | None = None,
) -> PlanSlot:
    start = NOON + place * length
    most = None if most_w is None else Watts(most_w)
    return PlanSlot(start, start + length, Watts(surplus_w), Watts(0), price, allowed, most)


def slots(
    prices: Sequence[float | None], surplus_w: Sequence[float] = (), sell: float = 0.0
) -> tuple[PlanSlot, ...]:
    suns = (*surplus_w, *[0.0] * len(prices))
    return tuple(
        slot(place, None if price is None else worth(price, sell), suns[place])
        for place, price in enumerate(prices)
    )


def request(
    ahead: Sequence[PlanSlot], needed_kwh: float, powers: Powers = THREE_PHASES, doubt: Doubt = SURE
) -> PlanRequest:
    needed = WattHours(needed_kwh * 1000)
    return PlanRequest(tuple(ahead), needed, powers, solar_doubt=doubt, load_doubt=doubt)
