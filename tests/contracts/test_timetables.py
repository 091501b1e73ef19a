"""The Book: schedules, plans and learned wiring come back as they went in, and go with their charger."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from tests.contracts.records import CHARGER, DEVICE, GARAGE, HOME, NOON, durable

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import Amps, ChargerId, SessionId, WattHours, Watts
from chargedeck.hub.charging_rules import PlanRecord, RuleKind, ScheduleRecord
from chargedeck.hub.management import Management
from chargedeck.storage import Storage

ALL = [
    ScheduleRecord(
        "a1", GARAGE, RuleKind.ALLOWED, (0, 1, 2, 3, 4), start=time(22), end=time(5, 30), enabled=False
    ),
    ScheduleRecord("b2", GARAGE, RuleKind.FORBIDDEN, day=date(2026, 12, 24), start=time(0), end=time(0)),
    ScheduleRecord("c3", GARAGE, RuleKind.FREE, day=date(2024, 2, 29)),
    ScheduleRecord("d4", GARAGE, RuleKind.DEPARTURE, (6,), ready_by=time(7, 15), energy_wh=WattHours(30_000)),
]
ONCE = PlanRecord(GARAGE, datetime(2026, 6, 2, 5, tzinfo=UTC), WattHours(12_500.5))
COUNTED = PlanRecord(
    GARAGE, session_id=SessionId("s1"), before_wh=WattHours(4_000), departs_at=NOON, car_phases=1
)
NOBODY = ChargerId("nobody")


@pytest.fixture
async def book(storage: Storage) -> Storage:
    """A book with one charger in it."""
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    assert await durable(storage)
    return storage


async def test_rules_come_back_as_they_went_in(book: Storage) -> None:
    for rule in ALL:
        await book.book.save_schedule(rule)
    assert await book.book.schedules() == ALL
    changed = replace(ALL[0], weekdays=(5, 6), enabled=True)
    await book.book.save_schedule(changed)
    await book.book.delete_schedule("b2")
    await book.book.delete_schedule("b2")
    assert await book.book.schedules() == [changed, ALL[2], ALL[3]]


async def test_a_charger_has_one_plan(book: Storage) -> None:
    assert await book.book.plans() == []
    await book.book.save_plan(ONCE)
    assert await book.book.plans() == [ONCE]
    await book.book.save_plan(COUNTED)
    assert await book.book.plans() == [COUNTED]


async def test_what_was_learned_of_the_wiring_stays(book: Storage) -> None:
    assert await book.book.learned_wiring() == {}
    await book.book.save_learned_wiring(GARAGE, (2, 3, 1))
    await book.book.save_learned_wiring(GARAGE, (3, 1, 2))
    assert await book.book.learned_wiring() == {GARAGE: (3, 1, 2)}


async def test_all_of_it_goes_with_the_charger(book: Storage) -> None:
    await book.book.save_schedule(ALL[0])
    await book.book.save_plan(ONCE)
    await book.book.save_learned_wiring(GARAGE, (2, 3, 1))
    await book.book.delete_device(DEVICE.id)
    assert await book.book.schedules() == []
    assert await book.book.plans() == []
    assert await book.book.learned_wiring() == {}


async def test_a_charger_that_is_saved_again_keeps_its_rules(book: Storage) -> None:
    await book.book.save_schedule(ALL[0])
    book.journal.charger(replace(CHARGER, allowed_current_a=Amps(10), charge_now=True))
    assert await durable(book)
    assert await book.book.schedules() == [ALL[0]]
    assert [charger.charge_now for charger in await book.book.chargers()] == [True]


async def test_nothing_is_kept_of_a_charger_that_is_not_there(book: Storage) -> None:
    with pytest.raises(UnknownResourceError, match="nobody"):
        await book.book.save_schedule(replace(ALL[0], charger_id=NOBODY))
    with pytest.raises(UnknownResourceError, match="nobody"):
        await book.book.save_plan(replace(ONCE, charger_id=NOBODY))
    with pytest.raises(UnknownResourceError, match="nobody"):
        await book.book.save_learned_wiring(NOBODY, (1, 2, 3))
    assert await book.book.schedules() == []


async def test_the_grid_operator_s_limit_and_the_random_delay_are_the_station_s(book: Storage) -> None:
    dimmed = Management(
        HOME.id,
        random_delay_s=1800,
        heat_pumps_w=Watts(12_000),
        grid_operator_w=Watts(4200),
        grid_operator_until=NOON,
    )
    await book.book.save_management(dimmed)
    assert await book.book.management() == [dimmed]
    await book.book.save_management(Management(HOME.id))
    (found,) = await book.book.management()
    assert (found.random_delay_s, found.grid_operator_w, found.grid_operator_until) == (600, None, None)
