"""Limits as charging profiles: never above what was asked, always valid, and read back with care."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16 import profiles
from chargedeck.chargers.ocpp16.configuration import Configuration, RateUnit
from chargedeck.chargers.ocpp16.profiles import Kind, Manner, Purpose, Supply, Wanted
from chargedeck.domain.units import Amps, Volts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCHEMAS = Schemas("v16", {"SetChargingProfile"})
AMPS, WATTS = RateUnit.AMPS, RateUnit.WATTS


@pytest.mark.parametrize(
    ("amps", "unit", "supply", "number"),
    [
        (16, AMPS, Supply(), 16.0),
        (13.49, AMPS, Supply(), 13.4),
        (32.1, AMPS, Supply(), 32.1),
        (6.999, AMPS, Supply(), 6.9),
        (0, AMPS, Supply(), 0.0),
        (16, WATTS, Supply(), 3680.0),
        (16, WATTS, Supply(3, car=3), 11040.0),
        (13.4, WATTS, Supply(3, Volts(228.7), 3), 9193.0),
        (16, WATTS, Supply(3, car=1), 3680.0),
        (16, WATTS, Supply(3), 3680.0),  # a car that has not drawn yet may draw it all on one phase
        (6, WATTS, Supply(3), 1380.0),
        (0, WATTS, Supply(3), 0.0),
        (16, WATTS, Supply(3, refused=True), 4140.0),  # that is not enough for it: 6 A on each of three
        (32, WATTS, Supply(3, refused=True), 7360.0),
        (6, WATTS, Supply(3, refused=True), 4140.0),
        (0, WATTS, Supply(3, refused=True), 0.0),
        (16, WATTS, Supply(3, car=1, refused=True), 3680.0),
    ],
)
def test_limits_are_rounded_down(amps: float, unit: RateUnit, supply: Supply, number: float) -> None:
    assert profiles.limit(Amps(amps), unit, supply) == number


@given(
    st.floats(min_value=0, max_value=80),
    st.builds(Manner, st.sampled_from(RateUnit), st.sampled_from(Kind), st.just(3)),
    st.builds(
        Supply,
        st.just(3),
        st.floats(min_value=100, max_value=260).map(Volts),
        st.sampled_from([1, 2, 3]),
    ),
    st.sampled_from(Purpose),
)
def test_no_profile_allows_more_than_was_asked_and_each_is_valid(
    amps: float, manner: Manner, supply: Supply, purpose: Purpose
) -> None:
    ref = "7" if purpose is Purpose.SESSION else None
    payload = profiles.profile(Wanted(purpose, 1, Amps(amps), ref), manner, supply, now=NOW)
    SCHEMAS.check_request("SetChargingProfile", payload)
    found = payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"][0]["limit"]
    in_amps = manner.unit is AMPS
    allowed = amps if in_amps else amps * supply.in_use * supply.voltage_v
    assert allowed - (0.1 if in_amps else 1) - 1e-6 <= found <= allowed + 1e-6


@given(
    st.floats(min_value=0, max_value=80),
    st.builds(
        Supply, st.sampled_from([1, 2, 3]), car=st.sampled_from([None, 1, 2, 3]), refused=st.booleans()
    ),
    st.sampled_from([Purpose.DEFAULT, Purpose.DEVICE]),
)
def test_what_outlives_us_is_never_more_than_the_limit_whichever_phase_a_car_draws_it_on(
    amps: float, supply: Supply, purpose: Purpose
) -> None:
    """The installation's 6, 10, 13 or 16 A hold in watts too, also on a single phase of three."""
    payload = profiles.profile(
        Wanted(purpose, 1, Amps(amps)), Manner(WATTS, Kind.ABSOLUTE, 3), supply.of_any_car, now=NOW
    )
    [period] = payload["csChargingProfiles"]["chargingSchedule"]["chargingSchedulePeriod"]
    assert period["limit"] <= amps * supply.voltage_v


@given(st.floats(min_value=0, max_value=80), st.sampled_from([1, 2, 3]))
def test_a_car_that_did_not_begin_on_one_phase_gets_the_whole_on_one_or_just_enough_to_begin_on_all(
    amps: float, phases: int
) -> None:
    watts = profiles.limit(Amps(amps), WATTS, Supply(phases, refused=True))
    assert watts <= amps * 230 * phases
    assert watts <= max(amps * 230, 6 * 230 * phases)
    assert watts >= int(min(amps, 6) * 230 * phases)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_profile_that_ends_says_so_in_every_way_that_devices_look_at(kind: Kind) -> None:
    wanted = Wanted(Purpose.SESSION, 1, Amps(13), "7", NOW + timedelta(seconds=60))
    payload = profiles.profile(wanted, Manner(AMPS, kind, 8), Supply(), now=NOW, ahead=timedelta(seconds=30))
    SCHEMAS.check_request("SetChargingProfile", payload)
    described = payload["csChargingProfiles"]
    assert described["validTo"] == "2026-11-22T12:01:30.000Z"
    # Relative to its start, a duration would count from the beginning of the session.
    assert described["chargingSchedule"].get("duration") == (86_490 if kind is Kind.ABSOLUTE else None)


def test_a_session_profile() -> None:
    wanted = Wanted(Purpose.SESSION, 2, Amps(13), "4711")
    assert profiles.profile(wanted, Manner(AMPS, Kind.RELATIVE, 8), Supply(), now=NOW) == {
        "connectorId": 2,
        "csChargingProfiles": {
            "chargingProfileId": 22,
            "transactionId": 4711,
            "stackLevel": 8,
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Relative",
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 13.0}],
            },
        },
    }


def test_a_default_profile_in_watts_from_yesterday_on() -> None:
    wanted = Wanted(Purpose.DEFAULT, 1, Amps(16))
    payload = profiles.profile(wanted, Manner(WATTS, Kind.ABSOLUTE, 0), Supply(3, car=3), now=NOW)
    assert payload["csChargingProfiles"]["chargingSchedule"] == {
        "chargingRateUnit": "W",
        "startSchedule": "2026-11-21T12:00:00.000Z",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 11040.0, "numberPhases": 3}],
    }


def test_ids_differ_by_outlet_and_purpose() -> None:
    manner = Manner(AMPS, Kind.RELATIVE, 0)
    ids = {
        profiles.profile(Wanted(purpose, connector, Amps(6)), manner, Supply(), now=NOW)[
            "csChargingProfiles"
        ]["chargingProfileId"]
        for purpose in Purpose
        for connector in range(17)
    }
    assert len(ids) == 51


def test_manners_are_tried_the_likeliest_first() -> None:
    configuration = Configuration()
    configuration.learn(
        {
            "configurationKey": [
                {"key": "ChargeProfileMaxStackLevel", "readonly": True, "value": "8"},
                {"key": "ChargingScheduleAllowedChargingRateUnit", "readonly": True, "value": "Power"},
            ]
        }
    )
    assert list(profiles.manners(configuration)) == [
        Manner(WATTS, Kind.RELATIVE, 8),
        Manner(WATTS, Kind.ABSOLUTE, 8),
        Manner(WATTS, Kind.RELATIVE, 0),
        Manner(WATTS, Kind.ABSOLUTE, 0),
    ]
    assert len(list(profiles.manners(Configuration()))) == 4


def composite(limit: Any, unit: str = "A", **more: Any) -> dict[str, Any]:
    period = {"startPeriod": 0, "limit": limit}
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [period]}
    return {"status": "Accepted", "connectorId": 1, "chargingSchedule": schedule, **more}


@pytest.mark.parametrize(
    ("answer", "unit", "exceeds"),
    [
        (composite(13.0), AMPS, False),
        (composite(6.0), AMPS, False),
        (composite(13.04), AMPS, False),
        (composite(13.2), AMPS, True),
        (composite(32.0), AMPS, True),
        (composite(2990.0, "W"), AMPS, False),
        (composite(7360.0, "W"), AMPS, True),
        (composite(13.0), WATTS, False),
        (composite(32.0), WATTS, True),
        (composite(-1), AMPS, None),
        (composite("13"), AMPS, None),
        (composite(None), AMPS, None),
        (composite(13.0, status="Rejected"), AMPS, None),
        ({"status": "Accepted"}, AMPS, None),
        ({"status": "Accepted", "chargingSchedule": {}}, AMPS, None),
        ({"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": []}}, AMPS, None),
        ({"status": "Accepted", "chargingSchedule": {"chargingSchedulePeriod": [7]}}, AMPS, None),
        ({"status": "Accepted", "chargingSchedule": "x"}, AMPS, None),
        ({}, AMPS, None),
    ],
)
def test_what_a_device_says_it_allows(answer: dict[str, Any], unit: RateUnit, exceeds: bool | None) -> None:
    expected = profiles.limit(Amps(13), unit, Supply())
    assert profiles.exceeds(answer, expected, unit, Supply()) is exceeds
