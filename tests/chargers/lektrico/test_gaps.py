"""Devices that vanish, restart and come back, and servers that do: no session and no watt-hour is lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.hub import ANA, Hub, hub_with
from tests.chargers.lektrico.replayed import SILENT, Raw, Replayed, Request, replayed, response

from chargedeck.domain.badge import Status
from chargedeck.domain.problems import DeviceError
from chargedeck.domain.session import State
from chargedeck.domain.units import WattHours
from chargedeck.hub.local_devices import NewDevice, Place
from chargedeck.hub.records import Origin
from chargedeck.hub.unit_settings import BalancingMode, DeviceTrouble


@pytest.fixture
async def device() -> AsyncIterator[Replayed]:
    """The recorded 1P7K, in the middle of its session 627."""
    async with replayed(recorded.charger_answers()) as made:
        yield made


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with hub_with() as made:
        yield made


def says(device: Replayed, **info: Any) -> None:
    """From now on the device says so."""
    device.answers["charger_info.get"] = device.info | info


def drawn(device: Replayed, wh: float) -> None:
    """The car has drawn so much more."""
    info = device.info
    says(
        device,
        session_energy=info["session_energy"] + wh,
        total_charged_energy=info["total_charged_energy"] + wh / 1000,
    )


async def asked_again(hub: Hub, device: Replayed, before: int) -> None:
    """Until the device was asked more often than before."""
    await hub.until(lambda: len(device.asked) > before)


async def test_the_recorded_charger_is_shown_as_it_is(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    view = hub.view
    assert (view.status, view.power_w, view.temperature_c) == (Status.CHARGING, 1179.57, 23.7)
    assert view.session is not None
    assert view.session.energy_wh == pytest.approx(3514.12)
    assert view.lifetime_energy_wh == 1861119
    assert (view.limit.current_a, view.limit.reason) == (6, "load_balancing")
    assert {rung.reason.value: rung.current_a for rung in view.limit.ladder} == {
        "installation": 32,
        "user": 32,
        "dynamic": 16,
        "load_balancing": 6,
    }
    assert [phase.computed for phase in view.phases] == [["power_factor_ratio", "power_w"]]


async def test_it_is_offline_within_ten_seconds_and_back_within_five(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    loop = asyncio.get_running_loop()
    device.overrides = lambda _: SILENT  # as if the cable were cut: no answer, and no word of it
    vanished = loop.time()
    await hub.until(lambda: hub.view.status is Status.OFFLINE, seconds=10)
    assert loop.time() - vanished > 5
    drawn(device, 40)
    device.overrides = None
    await hub.until(lambda: hub.view.status is Status.CHARGING, seconds=5)
    await hub.until(lambda: hub.view.session and hub.view.session.energy_wh == pytest.approx(3554.12))
    assert len(hub.sessions()) == 1


async def test_a_device_without_power_is_offline_and_its_session_goes_on_with_it(
    hub: Hub, device: Replayed
) -> None:
    await hub.add(device.address)
    await device.close()
    await hub.until(lambda: hub.view.status is Status.OFFLINE, seconds=10)
    assert hub.device.view().problem is None or hub.device.local.problem is not None
    await hub.until(lambda: hub.device.local.problem)
    assert hub.device.local.problem is not None
    assert hub.device.local.problem.trouble is DeviceTrouble.NOT_FOUND
    says(device, session_energy=5.0, total_charged_energy=1861.130)  # its session's counter began anew
    await device.open()
    await hub.until(lambda: hub.view.status is Status.CHARGING, seconds=5)
    assert hub.view.session is not None
    assert hub.view.session.energy_wh == pytest.approx(3525, abs=0.2)
    assert hub.device.local.problem is None


async def test_one_lost_answer_is_not_the_end(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    seen: list[Request] = []

    def lose_one(request: Request) -> Raw | None:
        seen.append(request)
        return Raw(b"") if len(seen) in (2, 3) else None

    device.overrides = lose_one
    await hub.until(lambda: len(seen) > 6)
    assert hub.device.online
    assert not [e for e in hub.disk.memory.tables.events if e.kind == "offline"]


async def test_a_restart_of_the_server_goes_on_with_the_session(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    await hub.stop()
    drawn(device, 50)
    await hub.start()
    await hub.until(lambda: hub.charger.state is State.CHARGING)
    (record,) = hub.sessions()
    assert hub.view.session is not None
    assert hub.view.session.id == record.id
    assert hub.view.session.energy_wh == pytest.approx(3564, abs=0.5)


async def test_a_session_that_ended_while_the_server_was_down_has_all_its_energy(
    hub: Hub, device: Replayed
) -> None:
    await hub.add(device.address)
    await hub.stop()
    drawn(device, 50)
    says(device, extended_charger_state="A", charger_state="A", instant_power=0, currents=[0, 0, 0])
    await hub.start()
    await hub.until(lambda: hub.device.online and hub.view.session is None)
    (record,) = hub.sessions()
    assert record.energy_wh == pytest.approx(3564, abs=0.5)
    assert record.meter_stop_wh == pytest.approx(1861169, abs=0.5)


async def test_a_session_that_came_and_went_is_recovered_and_marked(hub: Hub, device: Replayed) -> None:
    says(device, extended_charger_state="A", charger_state="A", session_energy=0, instant_power=0)
    await hub.add(device.address)
    await hub.until(lambda: hub.charger.record.lifetime_energy_wh == WattHours(1861119))
    await hub.stop()
    says(device, session_id=628, session_energy=60.0, total_charged_energy=1861.179)
    await hub.start()
    await hub.until(hub.sessions)
    (record,) = hub.sessions()
    assert record.origin is Origin.RECOVERED
    assert record.energy_wh == pytest.approx(60)
    assert [anomaly.value for anomaly in record.anomalies] == ["start_unknown"]
    await hub.restart()
    await hub.until(lambda: hub.device.online)
    await asyncio.sleep(1.2)
    assert len(hub.sessions()) == 1, "told once"


async def test_one_ended_and_the_next_began_while_nobody_looked(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    await hub.stop()
    says(device, session_id=628, session_energy=30.0, charging_time=0, total_charged_energy=1861.169)
    await hub.start()
    await hub.until(lambda: len(hub.sessions()) == 2 and hub.view.session)
    first, second = hub.sessions()
    assert first.energy_wh == pytest.approx(3514.12 + 20, abs=0.5)
    assert second.ended_at is None
    assert hub.view.session is not None
    assert hub.view.session.energy_wh == pytest.approx(30, abs=0.5)


async def test_a_short_session_between_two_looks_is_not_lost() -> None:
    async with hub_with(watched=False) as hub, replayed(recorded.charger_answers()) as device:
        says(device, extended_charger_state="A", charger_state="A", session_energy=0, instant_power=0)
        await hub.add(device.address)
        says(device, session_id=628, session_energy=30.0, total_charged_energy=1861.149)
        await hub.until(hub.sessions, seconds=13)
        assert hub.sessions()[0].energy_wh == pytest.approx(30)


async def test_another_unit_at_the_address_is_shown_as_changed_and_not_accepted(
    hub: Hub, device: Replayed
) -> None:
    await hub.add(device.address)
    device.answers["device_id.get"] = {"device_id": "1p7k_999999"}
    await device.close()
    await hub.until(lambda: not hub.device.online, seconds=10)
    await device.open()
    await hub.until(
        lambda: (
            hub.device.local.problem and hub.device.local.problem.trouble is DeviceTrouble.IDENTITY_CHANGED
        )
    )
    problem = hub.device.view().problem
    assert problem is not None
    assert "1p7k_999999, not 1p7k_500006" in problem.detail
    assert hub.view.status is Status.OFFLINE
    writes = [r for r in device.asked if r.body]
    await asyncio.sleep(1)
    assert [r for r in device.asked if r.body] == writes, "nothing is ever written to it"


async def test_another_unit_that_takes_the_address_between_two_looks_is_not_accepted(
    hub: Hub, device: Replayed
) -> None:
    says(device, charger_state="A", extended_charger_state="A")
    await hub.add(device.address)
    await hub.until(lambda: hub.device.online)
    energy = hub.view.lifetime_energy_wh
    await device.close()
    device.answers["device_id.get"] = {"device_id": "1p7k_999999"}
    says(device, total_charged_energy=1.0)
    await device.open()
    await hub.until(
        lambda: (
            hub.device.local.problem and hub.device.local.problem.trouble is DeviceTrouble.IDENTITY_CHANGED
        ),
        seconds=15,
    )
    assert (hub.view.status, hub.view.lifetime_energy_wh) == (Status.OFFLINE, energy)


async def test_a_write_that_hangs_does_not_hide_that_the_device_is_gone(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    await hub.until(lambda: hub.device.online)
    began = asyncio.get_running_loop().time()
    device.overrides = lambda _: SILENT
    writing = asyncio.create_task(hub.charger.orders.set_allowed_current(10, ANA))
    await hub.until(lambda: not hub.device.online, seconds=15)
    assert asyncio.get_running_loop().time() - began < 10
    with pytest.raises(DeviceError):
        await writing


async def test_a_slow_device_stays_online(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    device.delay_s = 2.0
    await asyncio.sleep(9)
    assert hub.device.online
    device.delay_s = 0.0


async def test_a_device_short_of_memory_is_spared(device: Replayed) -> None:
    async with hub_with() as hub:
        says(device, heap_free=2000)
        await hub.add(device.address)
        await hub.until(lambda: hub.device.local.problem)
        problem = hub.device.local.problem
        assert problem is not None
        assert problem.trouble is DeviceTrouble.LITTLE_MEMORY
        await asyncio.sleep(1)
        before = len(device.asked)
        await asyncio.sleep(4)
        assert len(device.asked) - before <= 3
        assert hub.view.status is Status.CHARGING


async def test_it_is_asked_each_second_while_charging_and_seldom_while_idle(device: Replayed) -> None:
    async with hub_with(watched=False) as hub:
        await hub.add(device.address)
        before = len(device.asked)
        await asyncio.sleep(3.5)
        assert 3 <= len(device.asked) - before <= 8
        says(device, extended_charger_state="A", charger_state="A", instant_power=0)
        await hub.until(lambda: hub.view.status is Status.AVAILABLE)
        before = len(device.asked)
        await asyncio.sleep(3.5)
        assert len(device.asked) - before <= 3
        before = len(device.asked)
        hub.watched = True
        await hub.until(lambda: len(device.asked) > before, seconds=1.5)


async def test_every_field_may_be_missing(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    for key in recorded.INFO_1P7K:
        without = {name: value for name, value in recorded.INFO_1P7K.items() if name != key}
        for info in (without, without | {key: None}, without | {key: "x"}, without | {key: [{}]}):
            device.answers["charger_info.get"] = info
            asked = len(device.asked)
            hub.units.look(hub.device)
            await asked_again(hub, device, asked + 1)
    device.answers["charger_info.get"] = dict(recorded.INFO_1P7K)
    hub.units.look(hub.device)
    await hub.until(lambda: hub.view.status is Status.CHARGING)
    assert hub.device.online
    assert hub.view.session is not None
    assert hub.view.session.energy_wh == pytest.approx(3514.12)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b"<html>", id="a page"),
        pytest.param(b"[" * 30_000, id="nested"),
        pytest.param(b'{"a":"' + b"x" * 60_000 + b'"}', id="huge"),
        pytest.param(json.dumps({"error": {"code": -1}}).encode(), id="an error"),
        pytest.param(b"false", id="no"),
    ],
)
async def test_whatever_a_device_answers_the_hub_lives_and_recovers(
    hub: Hub, device: Replayed, content: bytes
) -> None:
    await hub.add(device.address)
    device.overrides = lambda _: Raw(response(content), keeps=True)
    asked = len(device.asked)
    await hub.until(lambda: len(device.asked) >= asked + 3, seconds=25)
    device.overrides = None
    await hub.until(lambda: hub.device.online and hub.view.status is Status.CHARGING, seconds=14)
    assert len(hub.sessions()) == 1
    assert hub.view.session is not None
    assert hub.view.session.energy_wh == pytest.approx(3514.12)


async def test_a_module_has_no_charger_and_a_sign(hub: Hub) -> None:
    async with replayed(recorded.module_answers()) as module:
        added = await hub.local.add(NewDevice(Place(module.address), "module"), ANA)
        await hub.until(lambda: added.local.meter is not None)
        view = added.view()
        assert view.meter is not None
        assert [phase.power_w for phase in view.meter.phases] == [-940.5, 730.2, 1240.8]
        assert view.charger_ids == []
        assert (view.model, view.firmware, view.serial) == ("3EM", "1.15", "83000123")


async def test_a_charger_with_a_module_built_in_tells_how_it_balances(hub: Hub, device: Replayed) -> None:
    device.answers["app_config.get"] |= recorded.CONFIG_EM
    added = await hub.add(device.address)
    balancing = added.view().load_balancing
    assert balancing is not None
    assert balancing.mode is BalancingMode.GREEN


async def test_energy_is_what_the_device_counts(hub: Hub, device: Replayed) -> None:
    await hub.add(device.address)
    for _ in range(3):
        drawn(device, 2.5)
        asked = len(device.asked)
        hub.units.look(hub.device)
        await asked_again(hub, device, asked)
    await hub.until(lambda: hub.view.session and hub.view.session.energy_wh == pytest.approx(3521.62))
    assert hub.charger.session is not None
    assert hub.charger.session.register.energy_wh == pytest.approx(WattHours(3521.62))
