"""What a schedule says on the ladder."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tests.energy.causes import told_by_cause

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import NO_CURRENT
from chargedeck.energy.schedule import Holding, Why
from chargedeck.energy.schedule_rung import schedule_rung

BRUSSELS = ZoneInfo("Europe/Brussels")
SIX = datetime(2025, 6, 2, 18, tzinfo=UTC)


@pytest.mark.parametrize("why", [Why.FREE, Why.ALLOWED_HOURS])
def test_while_charging_is_allowed_there_is_no_rung(why: Why) -> None:
    assert schedule_rung(Holding(allowed=True, why=why, changes_at=SIX, departure=None), BRUSSELS) is None


@pytest.mark.parametrize(
    ("why", "changes_at", "words"),
    [
        (Why.FORBIDDEN_HOURS, SIX, "forbidden hours until Mon 20:00"),
        (Why.OUTSIDE_ALLOWED_HOURS, SIX, "outside the allowed hours until Mon 20:00"),
        (Why.START_DELAY, SIX, "random delay until Mon 20:00"),
        (Why.FORBIDDEN_HOURS, None, "forbidden hours"),
    ],
)
def test_otherwise_it_holds_at_nothing(why: Why, changes_at: datetime | None, words: str) -> None:
    holding = Holding(allowed=False, why=why, changes_at=changes_at, departure=None)
    assert told_by_cause(schedule_rung(holding, BRUSSELS), BRUSSELS) == Rung(
        LimitReason.SCHEDULE, NO_CURRENT, words
    )
