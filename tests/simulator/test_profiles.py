"""Charging profiles of OCPP 1.6 §3.13 as tables: which limit holds when."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.simulator.clock import Instant, Seconds
from chargedeck.simulator.ocpp16.profile_book import BadProfileError, ProfileBook, read_profile
from chargedeck.simulator.ocpp16.profiles import (
    NEVER,
    ChargingProfile,
    Purpose,
    Situation,
    composite,
    limit_at,
    next_change,
)
from chargedeck.simulator.wire import timestamp

NOON = Instant(1_800_014_400)
TX = Situation(connector=1, phases=3, zero=NOON, in_transaction=True)
IDLE = Situation(connector=1, phases=3, zero=NOON)


def raw(*periods: tuple[int, float], **changes: Any) -> dict[str, Any]:
    schedule = {
        "chargingRateUnit": changes.pop("unit", "A"),
        "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in periods],
    }
    if "duration" in changes:
        schedule["duration"] = changes.pop("duration")
    if "start" in changes:
        schedule["startSchedule"] = timestamp(changes.pop("start"))
    return {
        "chargingProfileId": changes.pop("profile_id", 1),
        "stackLevel": changes.pop("level", 0),
        "chargingProfilePurpose": changes.pop("purpose", "TxDefaultProfile"),
        "chargingProfileKind": changes.pop("kind", "Absolute"),
        "chargingSchedule": schedule,
        **changes,
    }


def profile(*periods: tuple[int, float], connector: int = 1, **changes: Any) -> ChargingProfile:
    return read_profile(connector, raw(*periods, **changes))


def at(seconds: float) -> Instant:
    return Instant(NOON + seconds)


@pytest.mark.parametrize(
    ("profiles", "situation", "when", "limit"),
    [
        pytest.param([], TX, 0, float("inf"), id="no profile, no limit"),
        pytest.param([profile((0, 13))], IDLE, 0, 13, id="a default holds without a transaction, too"),
        pytest.param([profile((0, 13), (60, 8))], TX, 59, 13, id="before the second period"),
        pytest.param([profile((0, 13), (60, 8))], TX, 60, 8, id="from the second period on"),
        pytest.param([profile((0, 13), duration=60)], TX, 60, float("inf"), id="after its duration"),
        pytest.param([profile((0, 13), start=at(10))], TX, 9, float("inf"), id="before its start"),
        pytest.param([profile((0, 13), start=at(-10))], TX, 0, 13, id="after its start"),
        pytest.param([profile((0, 13), kind="Relative")], TX, -3_600, 13, id="by a clock set back"),
        pytest.param(
            [profile((0, 13), validFrom=timestamp(at(5)), validTo=timestamp(at(9)))], TX, 7, 13, id="valid"
        ),
        pytest.param(
            [profile((0, 13), validFrom=timestamp(at(5)), validTo=timestamp(at(9)))],
            TX, 9, float("inf"), id="valid no more",
        ),
        pytest.param(
            [profile((0, 6), level=0), profile((0, 20), level=3)], TX, 0, 20, id="the highest level wins"
        ),
        pytest.param(
            [profile((0, 6), level=0), profile((0, 20), level=3, duration=60)],
            TX, 61, 6, id="a gap falls through to the level below",
        ),
        pytest.param(
            [profile((0, 6)), profile((0, 20), purpose="TxProfile", profile_id=2)],
            TX, 0, 20, id="a transaction's own profile overrules the default",
        ),
        pytest.param(
            [profile((0, 6)), profile((0, 20), purpose="TxProfile", profile_id=2)],
            IDLE, 0, 6, id="but not without a transaction",
        ),
        pytest.param(
            [profile((0, 10), connector=0), profile((0, 20))], TX, 0, 20, id="a connector's own default first"
        ),
        pytest.param(
            [profile((0, 20)), profile((0, 10), connector=0, purpose="ChargePointMaxProfile", profile_id=2)],
            TX, 0, 10, id="never above the charge point's maximum",
        ),
        pytest.param([profile((0, 20), connector=2)], TX, 0, float("inf"), id="another connector's"),
        pytest.param([profile((0, 6900), unit="W")], TX, 0, 10, id="watts over three phases"),
        pytest.param(
            [profile((0, 6900), unit="W")], Situation(1, 1, NOON), 0, 30, id="watts on a single phase"
        ),
        pytest.param(
            [profile((0, 30), connector=0, purpose="ChargePointMaxProfile")],
            Situation(1, 3, NOON, in_transaction=True, sharers=2), 0, 15, id="two share the maximum",
        ),
        pytest.param([profile((0, 13), (60, 8), kind="Relative")], TX, 61, 8, id="relative to the start"),
        pytest.param(
            [profile((0, 0), (3600, 16), kind="Recurring", recurrencyKind="Daily", start=at(-86_400 * 9))],
            TX, 10, 0, id="daily, the hour again",
        ),
        pytest.param(
            [profile((0, 0), (3600, 16), kind="Recurring", recurrencyKind="Daily", start=at(-86_400 * 9))],
            TX, 3601, 16, id="daily, after the hour",
        ),
        pytest.param(
            [profile((0, 7), kind="Recurring", recurrencyKind="Weekly", start=at(-86_400 * 8), duration=60)],
            TX, 0, float("inf"), id="weekly, not today",
        ),
    ],
)  # fmt: skip
def test_limit(profiles: list[ChargingProfile], situation: Situation, when: float, limit: float) -> None:
    assert limit_at(profiles, situation, at(when)) == limit


@pytest.mark.parametrize(
    ("profiles", "when", "edge"),
    [
        pytest.param([], 0, NEVER, id="nothing ever changes"),
        pytest.param([profile((0, 13), (60, 8))], 0, at(60), id="a period"),
        pytest.param([profile((0, 13), duration=90)], 0, at(90), id="an end"),
        pytest.param([profile((0, 13), start=at(30))], 0, at(30), id="a start"),
        pytest.param([profile((0, 13), validTo=timestamp(at(45)))], 0, at(45), id="no longer valid"),
        pytest.param(
            [profile((0, 0), (60, 8), kind="Recurring", recurrencyKind="Daily", start=NOON)],
            61, at(86_400), id="tomorrow again",
        ),
    ],
)  # fmt: skip
def test_next_change(profiles: list[ChargingProfile], when: float, edge: Instant) -> None:
    assert next_change(profiles, TX, at(when)) == edge


def test_the_composite_schedule_is_the_limit_at_every_moment() -> None:
    profiles = [
        profile((0, 32), (100, 16), (200, 6), profile_id=1),
        profile((0, 20), connector=0, purpose="ChargePointMaxProfile", profile_id=2, start=at(50)),
    ]
    assert composite(profiles, TX, NOON, Seconds(300)) == [
        (0.0, 32.0),
        (50.0, 20.0),
        (100.0, 16.0),
        (200.0, 6.0),
    ]


PROFILES = st.builds(
    lambda limits, level, purpose, start, duration, kind: read_profile(
        0 if purpose == "ChargePointMaxProfile" else 1,
        raw(
            *((60 * place, limit) for place, limit in enumerate(limits)),
            level=level, purpose=purpose, start=at(start), duration=duration, kind=kind,
        ),
    ),
    st.lists(st.integers(0, 40), min_size=1, max_size=5),
    st.integers(0, 8),
    st.sampled_from(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]),
    st.integers(-500, 500),
    st.integers(1, 600),
    st.just("Absolute"),
)  # fmt: skip


@given(st.lists(PROFILES, max_size=6))
def test_between_two_edges_the_limit_stands_still(profiles: list[ChargingProfile]) -> None:
    now = NOON
    for _ in range(20):
        edge = next_change(profiles, TX, now)
        if edge == NEVER:
            return
        assert limit_at(profiles, TX, now) == limit_at(profiles, TX, Instant(edge - 0.001))
        now = edge


@pytest.mark.parametrize(
    ("connector", "changes", "reason"),
    [
        (1, {"level": 9}, "stackLevel"),
        (1, {"purpose": "ChargePointMaxProfile"}, "connector 0"),
        (0, {"purpose": "ChargePointMaxProfile", "kind": "Relative"}, "Relative"),
        (0, {"purpose": "TxProfile"}, "TxProfile"),
        (1, {"kind": "Recurring", "start": NOON}, "recurrencyKind"),
    ],
)
def test_a_bad_profile_is_refused_with_the_reason(
    connector: int, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadProfileError, match=reason):
        profile((0, 10), connector=connector, **changes)


@pytest.mark.parametrize("periods", [(), ((5, 10),), ((0, 10), (60, 8), (30, 6)), ((0, -1),)])
def test_bad_periods_are_refused(periods: tuple[tuple[int, float], ...]) -> None:
    with pytest.raises(BadProfileError):
        profile(*periods)


def test_a_new_profile_replaces_its_id_and_its_place() -> None:
    book = ProfileBook()
    book.add(profile((0, 6), profile_id=1, level=1))
    book.add(profile((0, 7), profile_id=2, level=1))
    book.add(profile((0, 8), profile_id=2, level=2))
    book.add(profile((0, 9), profile_id=3, level=2, connector=0))
    assert [one.periods[0].limit for one in book] == [8, 9]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"profile_id": 1}, [2, 3]),
        ({"connector": 0}, [1, 2]),
        ({"purpose": Purpose.TX_DEFAULT}, [3]),
        ({"connector": 1, "stack_level": 2}, [1, 3]),
        ({}, []),
    ],
)
def test_clearing_removes_what_fits_every_filter(filters: dict[str, Any], left: list[int]) -> None:
    book = ProfileBook()
    book.add(profile((0, 6), profile_id=1, level=1))
    book.add(profile((0, 6), profile_id=2, level=2))
    book.add(profile((0, 6), profile_id=3, connector=0, purpose="ChargePointMaxProfile"))
    assert book.clear(**filters) == 3 - len(left)
    assert [one.profile_id for one in book] == left
