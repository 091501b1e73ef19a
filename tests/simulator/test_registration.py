"""Boot, heartbeat, signing in and coming back, over a real socket."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.simulator.central_system import CallRefusedError, CentralSystem, Payload, now
from tests.simulator.conftest import MakeSite
from tests.simulator.site import Site, command, passes

from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.fleet import Passwords
from chargedeck.simulator.identity import Identity


def boots(*words: str, interval: int = 60) -> list[Payload]:
    return [{"status": word, "currentTime": now(), "interval": interval} for word in words]


async def test_it_boots_and_reports_itself_and_every_connector(site: Site) -> None:
    boot = site.system.of("BootNotification")[0]
    assert boot["chargePointSerialNumber"] == "cp"
    assert boot["firmwareVersion"] == "1.0.0"
    assert site.system.statuses(connector=0) == ["Available"]
    assert site.system.statuses() == ["Available"]
    assert (await site.system.saw("SecurityEventNotification"))["type"] == "StartupOfTheDevice"


async def test_pending_it_obeys_but_starts_nothing_and_boots_again(
    system: CentralSystem, make_site: MakeSite
) -> None:
    answers = boots("Pending", "Accepted")
    system.rules["BootNotification"] = lambda _: answers.pop(0)
    async with make_site() as site:
        await system.saw("BootNotification")
        assert (await system.call("GetConfiguration", {}))["configurationKey"]
        assert await system.call("TriggerMessage", {"requestedMessage": "StatusNotification"}) == {
            "status": "Accepted"
        }
        await system.saw_status("Available")
        assert await system.call("RemoteStartTransaction", {"idTag": "A"}) == {"status": "Rejected"}
        assert not site.point.calls.is_online
        await system.saw("BootNotification", times=2)
        await system.saw("SecurityEventNotification")
        assert site.point.calls.is_online


async def test_rejected_it_is_silent_until_it_boots_again(system: CentralSystem, make_site: MakeSite) -> None:
    answers = boots("Rejected", "Accepted", interval=60)
    system.rules["BootNotification"] = lambda _: answers.pop(0)
    async with make_site():
        await system.saw("BootNotification")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await system.call("GetConfiguration", {})
        await system.saw("BootNotification", times=2)
        assert await system.call("ClearCache", {}) == {"status": "Accepted"}


async def test_a_boot_that_fails_is_tried_again(system: CentralSystem, make_site: MakeSite) -> None:
    def fail_once(_: Payload) -> Payload:
        del system.rules["BootNotification"]
        raise CallRefusedError("InternalError", "not today")

    system.rules["BootNotification"] = fail_once
    async with make_site():
        await system.saw("BootNotification", times=2)
        await system.saw_status("Available")


async def test_it_beats_at_the_interval_it_was_given(system: CentralSystem, make_site: MakeSite) -> None:
    system.rules["BootNotification"] = lambda _: boots("Accepted", interval=20)[0]
    async with make_site():
        await system.saw("Heartbeat", times=2)
        await system.call("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "86400"})
        seen = len(system.of("Heartbeat"))
        await asyncio.sleep(0.4)
        assert len(system.of("Heartbeat")) == seen


async def test_its_clock_is_set_by_the_central_system(system: CentralSystem, make_site: MakeSite) -> None:
    ahead = timedelta(hours=2)
    system.rules["BootNotification"] = lambda _: {
        "status": "Accepted",
        "currentTime": (datetime.now(UTC) + ahead).isoformat(),
        "interval": 60,
    }
    async with make_site(speed=1) as site:
        status = await system.saw_status("Available")
        told = datetime.fromisoformat(status["timestamp"])
        assert abs(told - datetime.now(UTC) - ahead) < timedelta(seconds=2)
        assert site.point.clock_offset == pytest.approx(7200, abs=2)


async def test_a_drifting_clock_is_not_set(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site(Identity("cp", drift=Seconds(-500)), speed=1) as site:
        await system.saw_status("Available")
        await site.hands.carry_out(command("drift", seconds=900))
        site.connector.plug(Car())
        status = await system.saw_status("Preparing")
        told = datetime.fromisoformat(status["timestamp"])
        assert abs(told - datetime.now(UTC) - timedelta(seconds=900)) < timedelta(seconds=2)


async def test_after_a_lost_connection_it_goes_on_without_a_boot(site: Site) -> None:
    await site.system.hang_up()
    await site.system.until(lambda: site.system.connections == 2, "a new connection")
    site.connector.plug(Car())
    await site.system.saw_status("Preparing")
    assert len(site.system.of("BootNotification")) == 1


async def test_a_status_that_changed_meanwhile_is_told_on_return(site: Site) -> None:
    site.link.cut()
    site.connector.plug(Car())
    site.link.restore()
    await site.system.saw_status("Preparing")


async def test_it_signs_in_and_waits_at_a_closed_door(system: CentralSystem, make_site: MakeSite) -> None:
    system.passwords["cp"] = "the right password"
    async with make_site(passwords=Passwords(for_all="a wrong password")) as site:
        await passes(lambda: site.world.statistics.connections_failed >= 2)
        assert system.refused >= 2
        assert system.connections == 0
        site.link.use_password("the right password")
        await system.saw_status("Available")


async def test_another_password_is_used_at_once(system: CentralSystem, make_site: MakeSite) -> None:
    system.passwords["cp"] = "0123456789abcdef"
    async with make_site(passwords=Passwords(by_id={"cp": "0123456789abcdef"})):
        await system.saw_status("Available")
        answer = await system.call(
            "ChangeConfiguration", {"key": "AuthorizationKey", "value": "fedcba9876543210"}
        )
        assert answer == {"status": "Accepted"}
        system.passwords["cp"] = "fedcba9876543210"
        await system.until(lambda: system.connections == 2, "a new connection")
        assert system.refused == 0


async def test_a_password_that_nobody_stored_is_given_up(system: CentralSystem, make_site: MakeSite) -> None:
    system.passwords["cp"] = "0123456789abcdef"
    async with make_site(passwords=Passwords(for_all="0123456789abcdef")):
        await system.saw_status("Available")
        await system.call("ChangeConfiguration", {"key": "AuthorizationKey", "value": "fedcba9876543210"})
        await system.until(lambda: system.connections == 2, "a new connection with the old password")
        assert system.refused >= 1


async def test_a_server_that_answers_no_ping_is_left(system: CentralSystem, make_site: MakeSite) -> None:
    async with make_site() as site:
        await system.saw_status("Available")
        system.sockets["cp"].transport.pause_reading()
        site.link.ping_every(Seconds(0.1))
        await system.until(lambda: system.connections == 2, "a new connection")
