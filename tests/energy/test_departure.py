"""From tariff, sun and schedule to a plan: one evening at home, put together as the station does it."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.energy.cost_cases import cases, instant
from tests.energy.plan_facts import SWITCHING

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import Amps, WattHours, Watts
from chargedeck.energy.plan import Plan, at_once, plan
from chargedeck.energy.plan_experience import Experience
from chargedeck.energy.plan_outlook import measured, outlook, window
from chargedeck.energy.plan_rung import plan_rung
from chargedeck.energy.plan_slot import PlanSlot
from chargedeck.energy.prices import HOUR, QUARTER, PricePerKwh
from chargedeck.energy.schedule import (
    EVERY_DAY,
    Departure,
    Hours,
    Rule,
    Schedule,
    WeeklyDeparture,
    WeeklyHours,
    allowed_spans,
    schedule,
)
from chargedeck.energy.tariff_prices import TariffPrices

BRUSSELS = ZoneInfo("Europe/Brussels")
SPOT = next(case.book for case in cases() if case.name == "the supplier's factor and margin")
RULES = Schedule(
    BRUSSELS,
    (WeeklyHours(EVERY_DAY, Hours(Rule.FORBIDDEN, time(17), time(20))),),
    weekly_departures=(WeeklyDeparture(EVERY_DAY, Departure(time(7), WattHours(22_080))),),
)
NOW = instant("2025-10-25 18:20")  # the night has an hour more


def spots(cheap: datetime) -> dict[datetime, PricePerKwh]:
    """A night at 20 ct, but for an hour at 5."""
    start = instant("2025-10-25 00:00")
    inside = (cheap, cheap + HOUR)
    return {
        at: PricePerKwh(Decimal("0.05" if inside[0] <= at < inside[1] else "0.20"))
        for at in (start + place * QUARTER for place in range(40 * 4))
    }


def no_sun(start: datetime) -> Watts:
    return Watts(0)


def house(start: datetime) -> Watts:
    return Watts(400)


def ahead_of(cheap: datetime) -> tuple[tuple[PlanSlot, ...], WattHours]:
    departure = schedule(RULES, NOW).departure
    assert departure is not None
    prices = TariffPrices(SPOT, spots(cheap)).between(NOW, departure.at)
    slots = outlook(NOW, departure.at, prices=prices, solar=no_sun, load=house)
    slots = measured(slots, Watts(0), Watts(650))
    return window(slots, NOW, departure.at, allowed_spans(RULES, NOW, departure.at)), departure.energy_wh


def charged_between(made: Plan, start: datetime, end: datetime) -> float:
    return sum(step.energy_wh for step in made.steps if start <= step.slot.start < end)


def test_a_night_of_25_hours_with_a_cheap_hour_in_the_hour_that_comes_twice() -> None:
    cheap = instant("2025-10-26 02:00+01:00")
    slots, needed = ahead_of(cheap)
    assert (
        slots[-1].end - slots[0].start == instant("2025-10-26 07:00") - NOW == timedelta(hours=13, minutes=40)
    )
    made = plan(Experience().request(slots, needed, SWITCHING))
    assert made.missing_wh == 0.0
    assert charged_between(made, cheap, cheap + HOUR) == pytest.approx(11_040)
    assert charged_between(made, NOW, instant("2025-10-25 20:00")) == 0.0
    assert made.expense == pytest.approx(11.04 * (0.05 * 1.06 + 0.145) + 11.04 * (0.20 * 1.06 + 0.145))
    rung = plan_rung(made, Amps(0), SWITCHING, BRUSSELS)
    assert rung is not None
    assert (rung.reason, rung.detail) == (LimitReason.SCHEDULE, "outside the allowed hours")


def test_in_a_hurry_it_charges_through_the_forbidden_hours_until_it_has_enough() -> None:
    slots, needed = ahead_of(instant("2025-10-26 03:00"))
    made = at_once(Experience().request(slots, needed, SWITCHING))
    assert made.power_w == 11_040.0
    assert made.changes_at == instant("2025-10-25 20:30")
    assert charged_between(made, NOW, NOW + 3 * HOUR) == pytest.approx(needed)
