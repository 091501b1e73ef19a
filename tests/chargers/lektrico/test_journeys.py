"""The driver in the real hub against emulated devices over real sockets: from the cable to the history."""

import asyncio

import pytest
from tests.chargers.lektrico.hub import ANA, hub_with
from tests.chargers.lektrico.site import MODULE, ONE_PHASE, TRI, Site, site
from tests.simulator.lektrico.residence import residence

from chargedeck.domain.badge import Status, StatusReason
from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.problems import (
    DeviceRefusedError,
    NotSupportedError,
    OutOfRangeError,
)
from chargedeck.domain.session import State
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent, Unlock
from chargedeck.hub.grant import Grant
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.unit_settings import (
    BalancingMode,
    DeviceKind,
    DeviceSettings,
    LoadBalancing,
)
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk

# -- a session -------------------------------------------------------------------------------------


async def test_a_session_from_plug_to_unplug(tri: Site) -> None:
    hub = tri.hub
    await hub.until(lambda: hub.view.status is Status.AVAILABLE)
    await tri.charging()
    await hub.until(lambda: (hub.view.power_w or 0) > 5_000)
    view = hub.view
    assert view.session is not None
    assert view.session.authorized_by is not None
    assert view.session.authorized_by.kind is AuthorizerKind.PLUG_AND_CHARGE
    assert [phase.phase for phase in view.phases] == [1, 2, 3]
    assert (view.driver, view.model, view.serial, view.firmware) == ("lektrico", "3P22K", "500007", "1.51")
    assert view.temperature_c is not None
    await tri.home.do("unplug")
    await hub.until(lambda: hub.view.session is None)
    (record,) = hub.sessions()
    said = await tri.home.info()
    assert record.energy_wh == pytest.approx(said["total_charged_energy"] * 1000, abs=1)
    assert (record.ref, record.anomalies) == (str(said["session_id"]), ())


async def test_stop_ends_the_session_and_the_cable_alone_begins_none(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.charger.orders.stop(ANA)
    assert (hub.view.session, hub.charger.state) == (None, State.FINISHING)
    await asyncio.sleep(2.2)
    assert hub.charger.state is State.FINISHING
    await hub.charger.orders.start(ANA)
    await hub.until(lambda: hub.charger.state is State.CHARGING)
    first, second = hub.sessions()
    assert (first.ref, second.ref) == ("1", "2")
    assert second.authorized_by is not None
    assert second.authorized_by.label == "Ana"


async def test_a_stop_is_still_one_after_a_restart_of_ours(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.charger.orders.stop(ANA)
    await hub.restart()
    await hub.until(lambda: hub.device.online)
    await asyncio.sleep(1.2)
    assert (hub.charger.state, hub.view.session, len(hub.sessions())) == (State.FINISHING, None, 1)


async def test_authorization_when_plug_and_charge_is_off() -> None:
    async with site(added={"plug_and_charge": False}) as waiting:
        hub = waiting.hub
        await waiting.plug()
        await hub.until(lambda: hub.view.status is Status.AWAITING)
        assert hub.view.status_reason is StatusReason.AUTHORIZATION
        await hub.charger.orders.authorize(ANA)
        await hub.until(lambda: hub.charger.state is State.CHARGING)
        assert hub.view.session is not None
        assert hub.view.session.authorized_by is not None
        assert hub.view.session.authorized_by.label == "Ana"


async def test_a_car_that_is_changed_between_two_looks_waits_to_be_authorised() -> None:
    async with site(added={"plug_and_charge": False}) as waiting:
        hub = waiting.hub
        await waiting.plug()
        await hub.until(lambda: hub.view.status is Status.AWAITING)
        await hub.charger.orders.authorize(ANA)
        await hub.until(lambda: hub.charger.state is State.CHARGING)
        await waiting.home.do("unplug")
        await waiting.plug()
        await hub.until(lambda: hub.view.session is None)
        await hub.until(lambda: hub.view.status is Status.AWAITING)
        assert hub.view.status_reason is StatusReason.AUTHORIZATION


async def test_a_card_at_the_charger_is_somebody_at_the_charger() -> None:
    async with site(added={"plug_and_charge": False}) as waiting:
        hub = waiting.hub
        await waiting.plug()
        await hub.until(lambda: hub.view.status is Status.AWAITING)
        await waiting.home.do("swipe", id_tag="04A1B2")
        await hub.until(lambda: hub.charger.state is State.CHARGING)
        assert hub.view.session is not None
        assert hub.view.session.authorized_by is not None
        assert hub.view.session.authorized_by.kind is AuthorizerKind.DEVICE


# -- the current -----------------------------------------------------------------------------------


async def test_the_slider_writes_the_user_current_and_nothing_else(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.charger.orders.set_allowed_current(10, ANA)
    assert tri.device_says("user_current") == 10
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 32
    assert (hub.view.allowed_current_a, hub.view.limit.current_a, hub.view.limit.reason) == (10, 10, "user")


async def test_pause_and_resume_write_the_dynamic_current_and_nothing_else(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.charger.orders.pause(ANA)
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 0
    assert tri.device_says("user_current") == 32
    await hub.until(lambda: (hub.view.status, hub.view.status_reason) == (Status.PAUSED, StatusReason.USER))
    await hub.charger.orders.resume(ANA)
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 32
    await hub.until(lambda: hub.charger.state is State.CHARGING)


async def test_a_control_loop_writes_the_dynamic_current_and_nothing_else(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    slider = tri.device_says("user_current")
    control, now = hub.charger.control, hub.context.now
    control.manage(Grant(Amps(9), fallback_a=Amps(6)), now())
    await hub.until(lambda: control.confirmed_a == Amps(9))
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 9
    assert tri.device_says("user_current") == slider
    control.manage(None, now())
    await hub.until(lambda: control.confirmed_a is not None and control.confirmed_a > Amps(9))
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 32
    assert tri.device_says("user_current") == slider


async def test_a_change_by_another_client_is_seen_within_a_second_and_a_half(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await tri.home.set("user_current", 14)
    await hub.until(lambda: hub.view.allowed_current_a == 14, seconds=1.5)
    await tri.home.frame("dynamic_current.set", {"dynamic_current": 0})
    await hub.until(lambda: hub.view.status_reason is StatusReason.USER, seconds=3)
    await tri.home.frame("dynamic_current.set", {"dynamic_current": 8})
    await hub.until(lambda: hub.view.limit.reason == "dynamic", seconds=1.5)
    assert hub.view.limit.current_a == 8
    await tri.home.set("headless", False)
    await hub.until(lambda: not hub.view.plug_and_charge, seconds=1.5)
    assert tri.device_says("user_current") == 14


async def test_a_limit_from_elsewhere_is_left_alone(tri: Site) -> None:
    hub = tri.hub
    await tri.home.frame("dynamic_current.set", {"dynamic_current": 9})
    await tri.charging()
    await hub.until(lambda: hub.view.limit.reason == "dynamic")
    await hub.charger.orders.set_allowed_current(20, ANA)
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 9


async def test_what_our_own_loop_has_set_is_lifted_after_a_restart_of_ours(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    ref = hub.charger.session.record.ref if hub.charger.session else None
    await hub.device.send(LimitCurrent(1, Amps(32), Amps(8), ref))
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 8
    assert tri.device_says("user_current") == 32
    await hub.restart()
    await hub.until(lambda: hub.device.online)
    await hub.until(lambda: tri.home.unit().state()["connectors"][0]["dynamic_current"] == 32)


async def test_charge_now_sets_the_schedule_aside(tri: Site) -> None:
    hub = tri.hub
    await tri.home.do("limit", by="schedule", current_a=0)
    await tri.plug()
    await hub.until(lambda: hub.view.status_reason is StatusReason.SCHEDULE)
    await hub.charger.orders.charge_now(ANA)
    await hub.until(lambda: hub.charger.state is State.CHARGING)


# -- settings --------------------------------------------------------------------------------------


async def test_every_setting_is_confirmed_by_the_device(tri: Site) -> None:
    wanted = DeviceSettings(
        single_phase=True, led_brightness_percent=55, led_dimming_delay_s=30, auto_update=False
    )
    await tri.hub.local.configure(tri.hub.device, wanted, ANA)
    found = tri.hub.device.local.settings
    assert found is not None
    assert (found.single_phase, found.led_brightness_percent) == (True, 55)
    assert (found.led_dimming_delay_s, found.auto_update) == (30, False)
    assert tri.device_says("led_max_brightness") == 55


async def test_a_refused_setting_is_told_by_its_name_with_what_to_do(tri: Site) -> None:
    with pytest.raises(DeviceRefusedError, match=r"led_max_brightness.*10 to 100.*code -4"):
        await tri.hub.local.configure(tri.hub.device, DeviceSettings(led_brightness_percent=5), ANA)
    with pytest.raises(OutOfRangeError):
        await tri.hub.local.configure(tri.hub.device, DeviceSettings(led_brightness_percent=101), ANA)


async def test_lock_plug_and_charge_and_installation_are_the_devices_own(tri: Site) -> None:
    hub = tri.hub
    await hub.charger.orders.update(ChargerChanges(locked=True), ANA)
    assert tri.device_says("charger_locked") is True
    await hub.until(lambda: hub.view.status_reason is StatusReason.LOCKED)
    await hub.charger.orders.update(ChargerChanges(locked=False, plug_and_charge=False), ANA)
    assert (tri.device_says("charger_locked"), tri.device_says("headless")) == (False, False)
    await hub.charger.orders.update(ChargerChanges(installation_current_a=Amps(20)), ANA)
    assert tri.device_says("install_current") == 20
    assert (hub.view.installation_current_a, hub.view.allowed_current_a) == (20, 20)


async def test_single_phase_is_set_again_after_a_restart_of_the_device(tri: Site) -> None:
    hub = tri.hub
    await hub.local.configure(hub.device, DeviceSettings(single_phase=True), ANA)
    await tri.home.do("reboot")
    requests = tri.home.unit().state()["requests"]
    await hub.until(lambda: tri.home.unit().state()["requests"] > requests + 3)
    await hub.until(lambda: hub.device.local.settings and hub.device.local.settings.single_phase)
    assert (await tri.home.get("dynamic_current.get"))["relay_mode"] == 1


async def test_a_pause_holds_over_a_restart_of_the_device(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.charger.orders.pause(ANA)
    await tri.home.do("reboot")
    requests = tri.home.unit().state()["requests"]
    await hub.until(lambda: tri.home.unit().state()["requests"] > requests + 3)
    await asyncio.sleep(2)
    assert (await tri.home.get("dynamic_current.get"))["dynamic_current"] == 0
    assert hub.view.status_reason is StatusReason.USER


async def test_one_phase_chargers_have_no_single_phase() -> None:
    async with site(ONE_PHASE) as one:
        with pytest.raises(NotSupportedError):
            await one.hub.local.configure(one.hub.device, DeviceSettings(single_phase=True), ANA)
        with pytest.raises(NotSupportedError):
            await one.hub.device.send(Unlock(1))


async def test_a_restart_waits_for_the_session_and_says_so(tri: Site) -> None:
    hub = tri.hub
    await tri.charging()
    await hub.local.reset(hub.device, ANA)
    assert hub.device.view().restart_pending
    await tri.home.do("unplug")
    await hub.until(lambda: not hub.device.view().restart_pending and hub.device.online, seconds=20)
    assert len(hub.sessions()) == 1


async def test_the_energy_module_is_read_and_set() -> None:
    async with residence(TRI, MODULE, speed=10) as home, hub_with() as hub:
        await hub.add(home.unit(0).address)
        module = await hub.add(home.unit(1).address, "module")
        await hub.until(lambda: module.local.meter is not None)
        assert module.record.kind is DeviceKind.ENERGY_MODULE
        assert module.outlets == ()
        await hub.local.configure(
            module, LoadBalancing(mode=BalancingMode.POWER, breaker_rating_a=Amps(25)), ANA
        )
        view = module.view()
        assert view.load_balancing is not None
        assert (view.load_balancing.mode, view.load_balancing.breaker_rating_a) == (
            BalancingMode.POWER,
            Amps(25),
        )
        assert view.meter is not None
        assert len(view.meter.phases) == 3
        with pytest.raises(OutOfRangeError, match="breaker_rating_a"):
            await hub.local.configure(module, LoadBalancing(breaker_rating_a=Amps(5)), ANA)


async def test_a_mode_that_cannot_be_set_here_is_kept() -> None:
    async with residence(MODULE) as home, hub_with() as hub:
        module = await hub.add(home.unit().address)
        await home.set("load_balancing_mode", 4)
        await hub.until(
            lambda: module.local.balancing and module.local.balancing.mode is BalancingMode.POWER_SHARE
        )
        await hub.local.configure(module, LoadBalancing(breaker_rating_a=Amps(40)), ANA)
        assert home.unit().device.settings.values["load_balancing_mode"] == 4


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ["car_error", "overcurrent", "residual_current", "relay_failure"])
async def test_errors_are_shown_and_cleared(tri: Site, error: str) -> None:
    hub = tri.hub
    await tri.home.do("error", type=error)
    await hub.until(lambda: hub.view.status is Status.ERROR)
    assert [found.type for found in hub.view.errors] == [error]
    await tri.home.do("clear_error")
    await hub.until(lambda: not hub.view.errors)
    assert hub.view.inspection_required == (error == "relay_failure")


async def test_a_flag_that_nobody_knows_is_a_system_error_by_its_name() -> None:
    async with site(Nameplate(Kind.CHARGER_1P7K, 1, quirks=frozenset({Quirk.UNKNOWN_ERROR_FLAG}))) as odd:
        await odd.home.do("error", type="system_error")
        await odd.hub.until(lambda: odd.hub.view.errors)
        (found,) = odd.hub.view.errors
        assert found.type == "system_error"
        assert found.detail not in ("", "has_active_errors")
