"""Devices that take no limit for a session alone: the default holds it, and is watched."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
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

from chargedeck.domain.problems import DeviceRefusedError, NotSupportedError
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent

DEVICE = "ChargePointMaxProfile"
NO_SESSIONS = taking(lambda p: p[1] != SESSION)


@pytest.fixture
async def point(make_listener: MakeListener, hub: RecordedHub) -> AsyncIterator[Station]:
    """A station with one outlet that has been told its default already, and refuses a session's own."""
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as connected:
        await set_up(connected, hub, connectors=1)
        connected.replies["SetChargingProfile"] = NO_SESSIONS
        await link(hub).send(idle(16))
        connected.asked.clear()
        yield connected


def told(point: Station) -> list[tuple[str, float]]:
    """Purposes and limits that were sent."""
    return [(purpose, limit) for _, purpose, _, limit, *_ in sent(point)]


def cleared(point: Station) -> list[Payload]:
    return point.payloads("ClearChargingProfile")


@pytest.mark.parametrize(
    "reply",
    [
        {"status": "Rejected"},
        {"status": "NotSupported"},
        refusing("NotSupported"),
        refusing("NotImplemented"),
    ],
)
async def test_the_default_is_lowered_where_the_session_s_own_limit_is_refused(
    point: Station, hub: RecordedHub, reply: Any
) -> None:
    """The installation is corrected to 10 A in a session, then it is paused, and goes on."""
    point.replies["SetChargingProfile"] = lambda p: reply if short(p)[1] == SESSION else ACCEPTED
    await link(hub).send(running(10, default_a=10))
    assert told(point) == [*[(SESSION, 10.0)] * 4, (DEFAULT, 10.0)]
    assert link(hub).capabilities.by_default == {1}
    assert link(hub).capabilities.limits_current
    for amps in (0, 10):
        point.asked.clear()
        await link(hub).send(running(amps, default_a=10))
        assert told(point) == [(SESSION, amps), (DEFAULT, amps)], "asked once more, in case it was too early"
    await link(hub).send(idle(16))
    assert told(point)[-1] == (DEFAULT, 16.0)
    assert link(hub).capabilities.by_default == frozenset()


@pytest.mark.parametrize("reply", [refusing("NotSupported"), {"status": "NotSupported"}])
async def test_a_first_session_that_is_not_supported_says_nothing_about_the_default(
    make_listener: MakeListener, hub: RecordedHub, reply: Any
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub)
        point.replies["SetChargingProfile"] = lambda p: reply if short(p)[1] == SESSION else ACCEPTED
        await link(hub).send(running(10))
        assert told(point)[-1] == (DEFAULT, 10.0)
        assert link(hub).capabilities.limits_current
        point.replies["SetChargingProfile"] = reply
        with pytest.raises(DeviceRefusedError) as refused:
            await link(hub).send(running(8))
        assert not isinstance(refused.value, NotSupportedError), (
            "it has taken a limit before: it is tried again"
        )
        assert link(hub).capabilities.limits_current


async def test_a_grant_is_no_more_than_what_may_outlive_us(point: Station, hub: RecordedHub) -> None:
    """A default has no end of its own: without us a session would go on with all it was granted."""
    command = LimitCurrent(1, Amps(16), Amps(13), "7", Amps(6), datetime(2099, 1, 1, tzinfo=UTC))
    await link(hub).send(command)
    assert told(point)[-1] == (DEFAULT, 6.0)


@pytest.mark.parametrize("kept", [refusing("InternalError"), {"status": "Rejected"}])
async def test_a_session_that_took_a_limit_before_is_rid_of_it(
    point: Station, hub: RecordedHub, kept: Any
) -> None:
    point.replies["SetChargingProfile"] = ACCEPTED
    await link(hub).send(running(16))
    point.replies["SetChargingProfile"] = NO_SESSIONS
    point.replies["ClearChargingProfile"] = kept
    with pytest.raises(DeviceRefusedError, match="took before"):
        await link(hub).send(running(10))
    assert told(point)[-1] == (DEFAULT, 10.0)
    assert not link(hub).capabilities.by_default, "what it took may still win"
    point.replies["ClearChargingProfile"] = {"status": "Unknown"}
    await link(hub).send(running(10))
    assert cleared(point)[:2] == [{"id": 12}] * 2
    assert link(hub).capabilities.by_default == {1}


async def test_a_limit_that_is_accepted_and_does_not_hold_lowers_the_default_too(
    point: Station, hub: RecordedHub
) -> None:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 32}]}
    point.replies["SetChargingProfile"] = ACCEPTED
    point.replies["GetCompositeSchedule"] = {"status": "Accepted", "chargingSchedule": schedule}
    with pytest.raises(DeviceRefusedError, match="still allows more"):
        await link(hub).send(running(10))
    assert told(point)[-1] == (DEFAULT, 10.0)
    assert not link(hub).capabilities.by_default


async def test_a_default_for_the_whole_device_is_the_lowest_that_an_outlet_needs(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub)
        point.replies["SetChargingProfile"] = taking(lambda p: p[0] == 0)
        await link(hub).send(idle(16, connector=1))
        await link(hub).send(running(10, connector=2))
        await link(hub).send(idle(16, connector=2))
        taken = [limit for connector, _, _, limit, *_ in sent(point) if connector == 0]
        assert taken == [16.0, 10.0, 16.0]


# -- a default that is not obeyed ------------------------------------------------------------------


async def held(point: Station, hub: RecordedHub) -> None:
    """A session of 10 A whose car goes on with 16 A, until the whole device is held."""
    await link(hub).send(running(10))
    for second in (0, 9):
        await point.call("MeterValues", metered(16, second=second))
    await point.call("Heartbeat")
    assert DEVICE not in {purpose for purpose, _ in told(point)}
    await point.call("MeterValues", metered(16, second=11))
    await until(lambda: (DEVICE, 10.0) in told(point))


async def test_the_only_outlet_is_held_by_its_device_until_the_session_is_over(
    point: Station, hub: RecordedHub
) -> None:
    await held(point, hub)
    number, kind = next((p[0], p[2]) for p in sent(point) if p[1] == DEVICE)
    assert (number, kind) == (0, "Absolute"), "the specification allows it no other"
    await link(hub).send(running(8))
    assert told(point)[-1] == (DEVICE, 8.0)
    await link(hub).send(idle(16))
    assert cleared(point) == [{"id": 3}]
    assert told(point)[-1] == (DEFAULT, 16.0)


async def test_what_holds_the_device_is_raised_where_it_cannot_be_cleared(
    point: Station, hub: RecordedHub
) -> None:
    await held(point, hub)
    point.replies["ClearChargingProfile"] = refusing("NotSupported")
    await link(hub).send(idle(16))
    assert told(point)[-1] == (DEVICE, 16.0)


async def test_a_device_that_cannot_be_held_is_asked_once(
    point: Station, hub: RecordedHub, caplog: pytest.LogCaptureFixture
) -> None:
    point.replies["SetChargingProfile"] = taking(lambda p: p[1] == DEFAULT)
    await held(point, hub)
    await until(lambda: "could not be set anew" in caplog.text)
    tries = len(sent(point))
    for second in (20, 40):
        await point.call("MeterValues", metered(16, second=second))
    await link(hub).send(running(10))
    assert [purpose for purpose, _ in told(point)[tries:]] == [SESSION]


async def test_what_held_the_device_in_an_earlier_life_is_cleared_with_the_next_session(
    point: Station, hub: RecordedHub
) -> None:
    await link(hub).send(running(16))
    await link(hub).send(running(10))
    assert cleared(point) == [{"id": 3}]


async def test_of_two_outlets_none_is_held_by_the_device_that_they_share(
    make_listener: MakeListener, hub: RecordedHub
) -> None:
    listener = await make_listener(silent_s=1_000)
    async with station(listener.port) as point:
        await set_up(point, hub)
        point.replies["SetChargingProfile"] = NO_SESSIONS
        await link(hub).send(running(10))
        for second in (0, 20, 40):
            await point.call("MeterValues", metered(16, second=second))
        await point.call("Heartbeat")
        assert DEVICE not in {purpose for purpose, _ in told(point)}
        assert not cleared(point)
