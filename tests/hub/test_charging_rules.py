"""Rules as people set them: what makes one, and what they mean together."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import ChargerId, WattHours
from chargedeck.energy.schedule import Why, schedule
from chargedeck.hub.charging_rules import RuleKind, ScheduleRecord, schedule_of
from chargedeck.hub.people_problems import InvalidValueError

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = (0, 1, 2, 3, 4, 5, 6)
CHRISTMAS = date(2026, 12, 25)
"""A Friday."""

NIGHT = {"kind": RuleKind.ALLOWED, "weekdays": WEEK, "start": time(22), "end": time(6)}
EVENING = {"kind": RuleKind.FORBIDDEN, "weekdays": WEEK, "start": time(17), "end": time(20)}
READY = {
    "kind": RuleKind.DEPARTURE,
    "weekdays": (0, 4),
    "ready_by": time(7),
    "energy_wh": WattHours(30_000),
}


def rule(**fields: Any) -> ScheduleRecord:
    return ScheduleRecord("r1", ChargerId("garage"), **fields)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": ()}, "weekdays"),
        ({"day": CHRISTMAS}, "weekdays"),
        ({"weekdays": (0, 0)}, "weekdays"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"start": None}, "start"),
        ({"end": None}, "end"),
        ({"ready_by": time(7)}, "ready_by"),
        ({"energy_wh": WattHours(1)}, "energy_wh"),
        ({"kind": RuleKind.FREE, "start": None, "end": None}, "date"),
        ({"kind": RuleKind.FREE, "weekdays": (), "day": CHRISTMAS, "end": None}, "start"),
        ({"kind": RuleKind.DEPARTURE, "ready_by": time(7), "energy_wh": WattHours(1)}, "start"),
    ],
)
def test_what_makes_no_rule_is_refused_by_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        rule(**{**NIGHT, **wrong})
    assert refused.value.field == field


@pytest.mark.parametrize("missing", ["ready_by", "energy_wh"])
def test_a_departure_needs_its_time_and_its_energy(missing: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{missing} is missing"):
        rule(**{**READY, missing: None})


def test_nobody_needs_no_energy() -> None:
    with pytest.raises(OutOfRangeError):
        rule(**{**READY, "energy_wh": WattHours(0)})


@pytest.mark.parametrize(
    ("rules", "at", "why"),
    [
        ([], "12:00", Why.FREE),
        ([NIGHT], "12:00", Why.OUTSIDE_ALLOWED_HOURS),
        ([NIGHT], "05:59", Why.ALLOWED_HOURS),
        ([NIGHT, {**NIGHT, "kind": RuleKind.FORBIDDEN}], "23:00", Why.FORBIDDEN_HOURS),
        ([{**NIGHT, "enabled": False}], "12:00", Why.FREE),
        ([EVENING], "18:00", Why.FORBIDDEN_HOURS),
        ([EVENING, {"kind": RuleKind.FREE, "day": CHRISTMAS}], "18:00", Why.FREE),
        ([NIGHT, {"kind": RuleKind.FREE, "day": CHRISTMAS}], "12:00", Why.FREE),
        (
            [{"kind": RuleKind.FORBIDDEN, "day": CHRISTMAS, "start": time(12), "end": time(13)}],
            "12:00",
            Why.FORBIDDEN_HOURS,
        ),
        (
            [
                {"kind": RuleKind.FREE, "day": CHRISTMAS},
                {"kind": RuleKind.FORBIDDEN, "day": CHRISTMAS, "start": time(12), "end": time(13)},
            ],
            "12:30",
            Why.FORBIDDEN_HOURS,
        ),
    ],
)
def test_rules_hold_together(rules: list[dict[str, Any]], at: str, why: Why) -> None:
    known = schedule_of([rule(**each) for each in rules], BERLIN)
    now = datetime.combine(CHRISTMAS, time.fromisoformat(at), BERLIN)
    assert schedule(known, now).why is why


def test_departures_come_back_weekly_or_are_of_one_date() -> None:
    once = {**READY, "weekdays": (), "day": date(2026, 12, 26), "ready_by": time(9)}
    known = schedule_of([rule(**READY), rule(**once)], BERLIN)
    now, found = datetime.combine(CHRISTMAS, time(6), BERLIN), []
    for _ in range(3):
        departure = schedule(known, now).departure
        assert departure is not None
        found.append(departure.at.astimezone(BERLIN).strftime("%a %H:%M"))
        now = departure.at + timedelta(seconds=1)
    assert found == ["Fri 07:00", "Sat 09:00", "Mon 07:00"]
