"""What is refused of schedules and plans, and what one that fails does to the others."""

from datetime import datetime

import pytest
from tests.hub.timetables import HOUR, Home

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.problems import (
    ConflictError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.units import WattHours
from chargedeck.hub.planner import PLANNED_ANEW_AFTER
from chargedeck.hub.schedules import MOST_RULES

pytestmark = pytest.mark.virtual_time

# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "kwh"), [(0, 1), (-1, 1), (24 * 7 + 1, 1), (1, 0), (1, 1001)])
async def test_a_departure_is_within_a_week_and_needs_some_energy(
    home: Home, hours: float, kwh: float
) -> None:
    with pytest.raises(OutOfRangeError):
        await home.ready(hours, kwh)
    with pytest.raises(OutOfRangeError):
        home.schedules.preview(home.rig.charger, home.rig.now + hours * HOUR, WattHours(kwh * 1000))


async def test_nobody_has_more_rules_than_can_be_looked_through(home: Home) -> None:
    for _ in range(MOST_RULES):
        await home.forbid("00:00", "01:00")
    with pytest.raises(ConflictError, match="50 rules at most"):
        await home.forbid("00:00", "01:00")
    with pytest.raises(UnknownResourceError):
        home.schedules.rule("nobody's")


async def test_what_could_not_be_stored_does_not_hold(home: Home) -> None:
    await home.plug()
    home.rig.disk.memory.failing = True  # type: ignore[attr-defined]
    with pytest.raises(StorageUnavailableError):
        await home.forbid("00:00", "00:00")
    with pytest.raises(StorageUnavailableError):
        await home.ready(2, 30)
    home.rig.disk.memory.failing = False  # type: ignore[attr-defined]
    await home.pass_time(2)
    assert home.in_force == (LimitReason.USER, 16)
    assert home.rig.charger.timetable.is_empty


async def test_a_charger_that_is_gone_is_planned_no_more(home: Home) -> None:
    await home.forbid("00:00", "00:00")
    await home.rig.fleet.remove_charger("garage")
    await home.rig.pass_time(2)
    assert list(home.planner.scheduled()) == []


async def test_one_charger_that_cannot_be_planned_charges_as_it_may(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: datetime) -> float:
        raise LookupError("no price")

    await home.plug()
    await home.ready(8, 7)
    home.market.price = broken
    await home.pass_time(PLANNED_ANEW_AFTER.total_seconds() + 10, step=2)
    assert home.in_force == (LimitReason.USER, 16), "the plan that was made goes on"
    assert [record.message for record in caplog.records].count("charger garage cannot be planned") == 1
