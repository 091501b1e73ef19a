"""Other clients in the network write to a charger that we hold: never more than we have said, for long."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.hub import ANA, hub_with
from tests.chargers.lektrico.replayed import GONE, Replayed, replayed
from tests.chargers.lektrico.site import TRI, Site, site
from tests.hub.controlled import control_of

from chargedeck.domain.badge import StatusReason
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.problems import DeviceError, DeviceTimeoutError
from chargedeck.domain.session import State
from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.modes import Mode
from chargedeck.hub.commands import Configure, LimitCurrent, StopCharging
from chargedeck.hub.grant import Grant
from chargedeck.hub.unit_settings import DeviceSettings
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk


async def dynamic(place: Site) -> Any:
    return (await place.home.get("dynamic_current.get"))["dynamic_current"]


async def writes(place: Site, amps: int, **more: int) -> None:
    """Another client, such as Home Assistant."""
    answer = await place.home.frame("dynamic_current.set", {"dynamic_current": amps, **more})
    assert answer["result"] is True


async def until_dynamic(place: Site, amps: int, seconds: float = 6) -> None:
    """Wait until the device has it so."""
    async with asyncio.timeout(seconds):
        while await dynamic(place) != amps:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def undone(place: Site) -> list[dict[str, Any]]:
    place.hub.disk.memory.flush()
    return [e.detail or {} for e in place.hub.disk.memory.tables.events if e.kind == "limit_undone"]


def held(place: Site, amps: float) -> None:
    """By a control loop, at no more than the fail-safe current: nothing renews such a grant."""
    rungs = (Rung(LimitReason.LOAD_BALANCING, Amps(amps)),)
    grant = Grant(Amps(amps), fallback_a=Amps(max(amps, 10)), rungs=rungs)
    place.hub.charger.control.manage(grant, place.hub.context.now())


@pytest.mark.parametrize("held_a", [0, 10])
async def test_a_higher_current_from_elsewhere_is_undone_at_the_next_look(tri: Site, held_a: int) -> None:
    control = tri.hub.charger.control
    await tri.charging()
    held(tri, held_a)
    await tri.hub.until(lambda: control.confirmed_a == Amps(held_a))
    for _ in range(2):
        await writes(tri, 32)
        await until_dynamic(tri, held_a)
        await tri.hub.until(lambda: control.confirmed_a == Amps(held_a))
    assert (tri.hub.view.limit.current_a, tri.hub.charger.record.user_paused) == (held_a, False)
    assert undone(tri) == [{"current_a": 32, "limit_a": held_a}], "a war is written down once a minute"
    control.manage(None, tri.hub.context.now())
    await until_dynamic(tri, 32)


async def test_what_the_grid_operator_leaves_is_kept_where_nothing_is_shared_out() -> None:
    async with site(TRI) as tri:
        await tri.charging()
        station = tri.hub.fleet.default_station
        control = control_of(tri.hub.context, tri.hub.fleet)
        control.start()
        try:
            dimmed = Watts(4200)
            await control.change(
                station.id, lambda known: replace(known, mode=Mode.OFF, grid_operator_w=dimmed), ANA
            )
            await tri.hub.until(lambda: tri.hub.view.limit.reason == "grid_operator")
            held_a = tri.hub.view.limit.current_a
            await until_dynamic(tri, int(held_a))
            await writes(tri, 32)
            await until_dynamic(tri, int(held_a))
        finally:
            control.close()


async def test_it_is_not_confirmed_while_the_device_has_more(tri: Site) -> None:
    control = tri.hub.charger.control
    await tri.charging()
    held(tri, 10)
    await tri.hub.until(lambda: control.confirmed_a == Amps(10))
    await writes(tri, 32)
    await tri.home.do("quirk", quirk=Quirk.REFUSES.value)
    await tri.hub.until(lambda: tri.hub.view.limit.confirmed_a is None)
    await asyncio.sleep(2.2)
    assert tri.hub.view.limit.confirmed_a is None
    assert len(undone(tri)) == 1
    failures = [e for e in tri.hub.disk.memory.tables.events if e.kind == "limit_not_confirmed"]
    assert len(failures) == 1, "told once, however often it is looked at"


async def test_a_lower_current_from_elsewhere_is_left_alone_and_no_way_around_ours(tri: Site) -> None:
    control = tri.hub.charger.control
    await tri.charging()
    held(tri, 12)
    await tri.hub.until(lambda: control.confirmed_a == Amps(12))
    await writes(tri, 8)
    await tri.hub.until(lambda: tri.hub.view.limit.current_a == 8)
    assert tri.hub.view.limit.reason == "dynamic"
    await asyncio.sleep(1.5)
    assert await dynamic(tri) == 8
    await writes(tri, 30)
    await until_dynamic(tri, 12)


async def test_whoever_is_paused_by_people_goes_on_by_another_client_as_far_as_we_allow(tri: Site) -> None:
    await tri.charging()
    grant = Grant(Amps(10), Amps(10), (Rung(LimitReason.GRID_OPERATOR, Amps(10)),), shared=False)
    tri.hub.charger.control.manage(grant, tri.hub.context.now())
    await tri.hub.charger.orders.pause(ANA)
    await tri.hub.until(lambda: tri.hub.view.status_reason is StatusReason.USER)
    await writes(tri, 32)
    await until_dynamic(tri, 10)
    await tri.hub.until(lambda: not tri.hub.charger.record.user_paused)


async def test_a_client_that_is_faster_than_we_are_leaves_nothing_confirmed(device: Replayed) -> None:
    async with hub_with() as hub:
        await hub.add(device.address)
        device.results["dynamic_current.set"] = lambda params: holds(device, params["dynamic_current"])
        looks = 0

        def dynamic(_request: object) -> dict[str, Any]:
            nonlocal looks
            looks += 1
            return {"dynamic_current": 9 if looks == 1 else 32, "relay_mode": 0}

        device.answers["dynamic_current.get"] = dynamic
        with pytest.raises(DeviceError, match="another client"):
            await hub.device.send(LimitCurrent(1, Amps(32), Amps(9), "627"))


async def test_firmware_whose_status_does_not_say_it_is_asked_each_second() -> None:
    info = {key: value for key, value in recorded.INFO_1P7K.items() if key != "dynamic_current"}
    async with replayed(recorded.charger_answers(info)) as device, hub_with(watched=False) as hub:
        device.results["dynamic_current.set"] = lambda params: holds(device, params["dynamic_current"])
        await hub.add(device.address)
        await hub.until(lambda: hub.charger.state is State.CHARGING)
        hub.charger.control.manage(Grant(Amps(9), fallback_a=Amps(9)), hub.context.now())
        await hub.until(lambda: hub.charger.control.confirmed_a == Amps(9))
        holds(device, 32)
        await hub.until(lambda: device.answers["dynamic_current.get"]["dynamic_current"] == 9, seconds=4)


async def test_a_session_without_a_number_is_held_too(device: Replayed) -> None:
    async with hub_with() as hub:
        await hub.add(device.address)
        await hub.until(lambda: hub.charger.state is State.CHARGING)
        device.results["dynamic_current.set"] = lambda params: holds(device, params["dynamic_current"])
        await hub.device.send(LimitCurrent(1, Amps(9), Amps(9), None))
        assert device.answers["dynamic_current.get"]["dynamic_current"] == 9
        assert device.written("app_config.set") == []


async def test_a_stop_whose_answer_is_lost_and_that_is_then_refused_is_no_stop(device: Replayed) -> None:
    async with hub_with() as hub:
        device.answers["charger_info.get"] = device.info | {
            "charger_state": "B",
            "extended_charger_state": "B_PAUSE",
            "instant_power": 0,
        }
        await hub.add(device.address)
        await hub.until(lambda: hub.charger.session is not None)
        answers = iter([GONE, {"error": {"code": -7}}])
        device.results["charge.stop"] = lambda _params: next(answers)
        with pytest.raises(DeviceError):
            await hub.device.send(StopCharging(1, "627"))
        assert hub.charger.session is not None


# -- old firmware, and restarts that nobody sees ---------------------------------------------------


async def test_a_pause_by_old_firmware_s_method_is_seen_to_end_and_made_again() -> None:
    async with site(Nameplate(Kind.CHARGER_3P22K, 7, quirks=frozenset({Quirk.OLD_FIRMWARE}))) as old:
        await old.charging()
        held(old, 0)
        await old.hub.until(lambda: old.hub.charger.control.confirmed_a == Amps(0))
        assert (await old.home.info())["charger_is_paused"]
        await old.home.frame("charge.resume")
        await old.hub.until(lambda: undone(old))
        await old.home.until(lambda info: info["charger_is_paused"])
        await old.hub.until(lambda: old.hub.charger.control.confirmed_a == Amps(0))


async def test_a_pause_that_old_firmware_only_says_it_made_is_none() -> None:
    info = recorded.INFO_OLD | {"charger_state": "C", "extended_charger_state": "C", "instant_power": 7000.0}
    answers = recorded.charger_answers(info)
    del answers["dynamic_current.get"]
    async with replayed(answers) as old, hub_with() as hub:
        await hub.add(old.address)
        with pytest.raises(DeviceTimeoutError, match="pause"):
            await hub.device.send(LimitCurrent(1, Amps(32), Amps(0), "13"))
        assert old.written("charge.pause") == [None]


async def test_a_pause_by_method_ends_after_a_restart_of_ours() -> None:
    async with site(Nameplate(Kind.CHARGER_3P22K, 7, quirks=frozenset({Quirk.OLD_FIRMWARE}))) as old:
        await old.charging()
        held(old, 0)
        await old.hub.until(lambda: old.hub.charger.control.confirmed_a == Amps(0))
        await old.hub.restart()
        await old.home.until(lambda info: not info["charger_is_paused"])


async def test_a_short_restart_behind_connections_that_close_is_put_right() -> None:
    plate = Nameplate(Kind.CHARGER_3P22K, 7, quirks=frozenset({Quirk.HANGS_UP}))
    async with site(plate) as closing:
        hub = closing.hub
        await hub.local.configure(hub.device, DeviceSettings(single_phase=True), ANA)
        await closing.charging()
        held(closing, 0)
        await hub.until(lambda: hub.charger.control.confirmed_a == Amps(0))
        await writes(closing, 32, relay_mode=3)  # what a restart leaves, and no connection has broken
        await until_dynamic(closing, 0)
        await hub.until(lambda: hub.device.local.settings and hub.device.local.settings.single_phase)


async def test_phases_are_changed_without_letting_go_of_the_limit(tri: Site) -> None:
    await tri.charging()
    held(tri, 8)
    await tri.hub.until(lambda: tri.hub.charger.control.confirmed_a == Amps(8))
    await writes(tri, 32)
    await tri.hub.device.send(Configure(DeviceSettings(single_phase=True)))
    assert await dynamic(tri) == 8


# -- a device that answers what it is told to ------------------------------------------------------


@pytest.fixture
async def device() -> AsyncIterator[Replayed]:
    """The recorded 1P7K, in the middle of its session 627."""
    async with replayed(recorded.charger_answers()) as made:
        yield made


def holds(device: Replayed, amps: int) -> bool:
    """It has this dynamic current from now on."""
    device.answers["dynamic_current.get"] = {"dynamic_current": amps, "relay_mode": 0}
    if "dynamic_current" in device.info:
        device.answers["charger_info.get"] = device.info | {"dynamic_current": amps}
    return True
