"""Bringing a station to its limit: in the manner it takes, once, and not believed before it is proven."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.chargers.conftest import MakeListener
from tests.chargers.ocpp16.limiting import (
    DEFAULT,
    SESSION,
    idle,
    link,
    metered,
    running,
    sent,
    set_up,
    short,
    taking,
)
from tests.chargers.recording import RecordedHub
from tests.chargers.station import ACCEPTED, Payload, Station, refusing, station
from tests.chargers.waiting import until

from chargedeck.chargers.ocpp.surroundings import Keepalive
from chargedeck.chargers.ocpp.times import instant, written
from chargedeck.domain.problems import DeviceRefusedError, DeviceTimeoutError, NotSupportedError
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent

Rule = Callable[[Payload], bool]


@pytest.fixture
async def point(make_listener: MakeListener, hub: RecordedHub) -> AsyncIterator[Station]:
    """A station that has told its configuration: stack levels up to 8, limits in amperes and watts."""
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as connected:
        await set_up(connected, hub)
        yield connected


async def test_without_a_session_the_default_is_set(point: Station, hub: RecordedHub) -> None:
    await link(hub).send(idle(16))
    assert sent(point) == [(1, DEFAULT, "Relative", 16.0, "A", 8)]


async def test_during_a_session_its_own_profile_comes_first(point: Station, hub: RecordedHub) -> None:
    await link(hub).send(running(10))
    assert sent(point) == [
        (1, SESSION, "Relative", 10.0, "A", 8),
        (1, DEFAULT, "Relative", 16.0, "A", 8),
    ]
    assert point.payloads("SetChargingProfile")[0]["csChargingProfiles"]["transactionId"] == 7


async def test_a_session_never_gets_more_than_the_default(point: Station, hub: RecordedHub) -> None:
    """A TxProfile sets the default aside, so the lower of the two must be in it."""
    await link(hub).send(running(32, default_a=13))
    assert [(purpose, limit) for _, purpose, _, limit, *_ in sent(point)] == [
        (SESSION, 13.0),
        (DEFAULT, 13.0),
    ]


def granted(session_a: float, ends_in_s: float, fallback_a: float = 6) -> LimitCurrent:
    ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=ends_in_s)
    return LimitCurrent(1, Amps(16), Amps(session_a), "7", Amps(fallback_a), ends_at)


async def test_what_a_control_loop_grants_ends_by_itself_and_the_default_is_what_is_safe(
    point: Station, hub: RecordedHub
) -> None:
    command = granted(13, 60)
    await link(hub).send(command)
    assert [(purpose, limit) for _, purpose, _, limit, *_ in sent(point)] == [(SESSION, 13.0), (DEFAULT, 6.0)]
    session, default = (payload["csChargingProfiles"] for payload in point.payloads("SetChargingProfile"))
    assert instant(session["validTo"]) == command.expires_at
    assert "validTo" not in default
    await link(hub).send(granted(13, 80))
    assert [(purpose, limit) for _, purpose, _, limit, *_ in sent(point)][2:] == [(SESSION, 13.0)], "renewed"


async def test_a_grant_ends_by_the_clock_of_the_device(point: Station, hub: RecordedHub) -> None:
    """Five minutes ahead of ours: without them the profile would be over before it began."""
    ahead = timedelta(minutes=5)
    for _ in range(3):
        at = written(datetime.now(UTC) + ahead)
        sampled = {"timestamp": at, "sampledValue": [{"value": "1"}]}
        await point.call("MeterValues", {"connectorId": 1, "meterValue": [sampled]})
    command = granted(13, 60)
    await link(hub).send(command)
    session = point.payloads("SetChargingProfile")[0]["csChargingProfiles"]
    assert command.expires_at is not None
    assert abs(instant(session["validTo"]) - command.expires_at - ahead) < timedelta(seconds=2)


async def test_what_is_confirmed_is_not_sent_again(point: Station, hub: RecordedHub) -> None:
    for _ in range(2):
        await link(hub).send(running(10))
    await link(hub).send(running(8))
    await link(hub).send(running(8, ref="9"))
    await link(hub).send(idle(16))
    assert [(purpose, limit) for _, purpose, _, limit, *_ in sent(point)] == [
        (SESSION, 10.0),
        (DEFAULT, 16.0),
        (SESSION, 8.0),
        (SESSION, 8.0),
    ]


async def test_after_a_restart_everything_is_sent_again(point: Station, hub: RecordedHub) -> None:
    await link(hub).send(idle(16))
    await point.boot()
    await link(hub).send(idle(16))
    assert len(sent(point)) == 2


async def test_after_an_operators_own_profile_everything_is_sent_again(
    point: Station, hub: RecordedHub
) -> None:
    await link(hub).send(idle(16))
    await link(hub).call("ClearChargingProfile", {})
    await link(hub).send(idle(16))
    assert len(sent(point)) == 2


@pytest.mark.parametrize(
    ("rule", "tries", "taken"),
    [
        pytest.param(
            lambda p: p[2] == "Absolute", 2, (1, DEFAULT, "Absolute", 10.0, "A", 8), id="absolute ones only"
        ),
        pytest.param(lambda p: p[5] == 0, 3, (1, DEFAULT, "Relative", 10.0, "A", 0), id="level 0 only"),
        pytest.param(
            lambda p: p[0] == 0, 5, (0, DEFAULT, "Relative", 10.0, "A", 8), id="the whole device only"
        ),
    ],
)
async def test_manners_are_tried_and_remembered(
    point: Station, hub: RecordedHub, rule: Any, tries: int, taken: tuple[Any, ...]
) -> None:
    point.replies["SetChargingProfile"] = taking(rule)
    await link(hub).send(idle(10))
    assert (len(sent(point)), sent(point)[-1]) == (tries, taken)
    await link(hub).send(idle(9))
    assert len(sent(point)) == tries + 1


async def test_a_limit_for_the_whole_device_is_the_lowest_of_its_outlets(
    point: Station, hub: RecordedHub
) -> None:
    point.replies["SetChargingProfile"] = taking(lambda p: p[0] == 0)
    await link(hub).send(idle(16, connector=1))
    await link(hub).send(idle(10, connector=2))
    await link(hub).send(idle(20, connector=2))
    taken = [limit for connector, _, _, limit, *_ in sent(point) if connector == 0]
    assert taken == [16.0, 10.0, 16.0]


async def test_a_device_that_refuses_every_manner(point: Station, hub: RecordedHub) -> None:
    point.replies["SetChargingProfile"] = {"status": "Rejected"}
    with pytest.raises(DeviceRefusedError, match="Rejected") as raised:
        await link(hub).send(idle(10))
    assert type(raised.value) is DeviceRefusedError
    assert link(hub).capabilities.limits_current


@pytest.mark.parametrize(
    "reply", [refusing("NotImplemented"), refusing("NotSupported"), {"status": "NotSupported"}]
)
async def test_a_device_that_cannot_be_limited_says_so(point: Station, hub: RecordedHub, reply: Any) -> None:
    point.replies["SetChargingProfile"] = reply
    with pytest.raises(NotSupportedError, match="does not support SetChargingProfile"):
        await link(hub).send(idle(10))
    assert not link(hub).capabilities.limits_current


# -- proof -----------------------------------------------------------------------------------------


def composite(limit: float, unit: str = "A") -> Payload:
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    return {"status": "Accepted", "connectorId": 1, "chargingSchedule": schedule}


async def test_during_a_session_the_first_limit_is_proven(point: Station, hub: RecordedHub) -> None:
    point.replies["GetCompositeSchedule"] = composite(10)
    await link(hub).send(running(10))
    await link(hub).send(running(9))
    assert point.payloads("GetCompositeSchedule") == [
        {"connectorId": 1, "duration": 60, "chargingRateUnit": "A"}
    ]


async def test_what_one_outlet_has_proven_says_nothing_about_another(
    point: Station, hub: RecordedHub
) -> None:
    point.replies["GetCompositeSchedule"] = lambda asked: composite(10 if asked["connectorId"] == 1 else 32)
    await link(hub).send(running(10))
    with pytest.raises(DeviceRefusedError, match="still allows more"):
        await link(hub).send(running(10, ref="8", connector=2))


async def test_a_profile_of_somebody_else_is_cleared(point: Station, hub: RecordedHub) -> None:
    def clear(payload: Payload) -> Payload:
        point.replies["GetCompositeSchedule"] = composite(10)
        return ACCEPTED

    point.replies["GetCompositeSchedule"] = composite(32)
    point.replies["ClearChargingProfile"] = clear
    await link(hub).send(running(10))
    assert point.payloads("ClearChargingProfile") == [
        {"connectorId": 1, "chargingProfilePurpose": "TxProfile"}
    ]
    assert [purpose for _, purpose, *_ in sent(point)] == [SESSION, SESSION, DEFAULT]


async def test_a_limit_that_does_not_hold_is_not_confirmed(point: Station, hub: RecordedHub) -> None:
    point.replies["GetCompositeSchedule"] = composite(32)
    with pytest.raises(DeviceRefusedError, match="still allows more"):
        await link(hub).send(running(10))


@pytest.mark.parametrize(
    "reply", [refusing("NotImplemented"), {"status": "Rejected"}, {"status": "Accepted"}, composite(-1)]
)
async def test_without_a_composite_schedule_a_yes_is_a_yes(
    point: Station, hub: RecordedHub, reply: Any
) -> None:
    point.replies["GetCompositeSchedule"] = reply
    await link(hub).send(running(10))
    await link(hub).send(running(9))
    assert [limit for _, purpose, _, limit, *_ in sent(point) if purpose == SESSION] == [10.0, 9.0]


# -- watts -----------------------------------------------------------------------------------------


async def test_a_device_that_wants_watts_is_given_them_for_the_phases_that_its_car_uses(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub, unit="Power")
        await link(hub).send(running(16))
        await point.call("MeterValues", metered(0, 0, 0))
        await point.call("MeterValues", metered(15.9, 15.9, 15.9))
        await until(lambda: sent(point)[-1][3] == 11040.0)
        await point.call("MeterValues", metered(15.9, 0.1, 0))
        await until(lambda: sent(point)[-1][3] == 3680.0)
        await point.call("MeterValues", metered(0, 0, 0))
        await point.call("MeterValues", metered(15.8, 0.1, 0, voltage=220))
        await until(lambda: sent(point)[-1][1:4] == (DEFAULT, "Relative", 3520.0))
        limits = {limit for _, purpose, _, limit, *_ in sent(point) if purpose == DEFAULT}
        assert limits == {3680.0, 3520.0}, "what outlives us is for any car"


async def test_the_next_car_may_use_fewer_phases_than_the_last(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub, unit="Power")
        await link(hub).send(running(16))
        assert link(hub).capabilities.counts_watts
        await point.call("MeterValues", metered(15.9, 15.9, 15.9))
        await until(lambda: sent(point)[-1][3] == 11040.0)
        await link(hub).send(idle(16))
        await link(hub).send(running(16, ref="8"))
        assert sent(point)[-1][1:4] == (SESSION, "Relative", 3680.0)


async def test_a_car_that_needs_all_phases_to_begin_is_let_begin_and_then_has_all(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    """5.3 A on each is nothing to it; one that begins on a single phase never had more than its 16 A."""
    passed = timedelta(0)
    listener = await make_listener(silent_s=1_000, now=lambda: datetime.now(UTC) + passed)
    async with station(listener.port) as point:
        await set_up(point, hub, unit="Power")
        await link(hub).send(running(16))
        await point.call("MeterValues", metered(0, 0, 0))
        passed = timedelta(seconds=29)
        await point.call("MeterValues", metered(0, 0, 0))
        assert sent(point)[0][3] == sent(point)[-1][3] == 3680.0
        passed = timedelta(seconds=40)
        await point.call("MeterValues", metered(0, 0, 0))
        await until(lambda: sent(point)[-1][1:4] == (SESSION, "Relative", 4140.0))
        await point.call("MeterValues", metered(6, 6, 6))
        await until(lambda: sent(point)[-1][1:4] == (SESSION, "Relative", 11040.0))


async def test_a_session_that_is_refused_is_no_reason_for_watts(point: Station, hub: RecordedHub) -> None:
    """It may be over, or have no number yet; the default says how the device wants its profiles."""
    tries = 0

    def not_yet(payload: Payload) -> Payload:
        nonlocal tries
        tries += short(payload)[1] == SESSION
        return {"status": "Rejected" if short(payload)[1] == SESSION and tries <= 4 else "Accepted"}

    point.replies["SetChargingProfile"] = not_yet
    await link(hub).send(running(10))
    assert {unit for _, _, _, _, unit, _ in sent(point)} == {"A"}
    assert [purpose for _, purpose, *_ in sent(point)][-2:] == [DEFAULT, SESSION]
    assert link(hub).capabilities.by_default == frozenset()
    point.replies["SetChargingProfile"] = taking(lambda p: p[4] == "W")
    with pytest.raises(DeviceRefusedError):
        await link(hub).send(running(9))
    assert {unit for _, _, _, _, unit, _ in sent(point)} == {"A"}


async def test_a_device_that_refuses_amperes_and_does_not_say_what_it_wants(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub, unit="")
        point.replies["SetChargingProfile"] = taking(lambda p: p[4] == "W")
        await link(hub).send(idle(16))
        assert sent(point)[-1] == (1, DEFAULT, "Relative", 3680.0, "W", 8)


async def test_a_refusal_of_the_new_watts_is_written_down(
    make_listener: MakeListener, hub: RecordedHub, caplog: pytest.LogCaptureFixture
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub, unit="Power")
        await link(hub).send(running(16))
        point.replies["SetChargingProfile"] = {"status": "Rejected"}
        await point.call("MeterValues", metered(16, 16, 16, voltage=200))
        await until(lambda: "could not be set anew" in caplog.text)


async def test_in_amperes_phases_do_not_matter(point: Station, hub: RecordedHub) -> None:
    await link(hub).send(idle(16))
    await point.call("MeterValues", metered(16, 16, 16))
    await point.call("Heartbeat")
    assert len(sent(point)) == 1


async def test_a_device_that_does_not_answer(make_listener: MakeListener, hub: RecordedHub) -> None:
    listener = await make_listener(keepalive=Keepalive(answer_s=0.1))
    async with station(listener.port) as point:
        await set_up(point, hub)
        point.replies["SetChargingProfile"] = None
        with pytest.raises(DeviceTimeoutError):
            await link(hub).send(idle(16))
        assert len(sent(point)) == 1
        point.replies["SetChargingProfile"] = ACCEPTED
        await link(hub).send(idle(16))
