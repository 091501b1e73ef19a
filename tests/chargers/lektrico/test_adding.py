"""Devices are added, moved, replaced and removed; what they are is asked of themselves."""

import asyncio

import pytest
from tests.chargers.lektrico.hub import ANA, hub_with
from tests.chargers.lektrico.site import MODULE, ONE_PHASE, TRI, Site, site
from tests.simulator.lektrico.residence import residence

from chargedeck.domain.problems import (
    ChargerOfflineError,
    ConflictError,
    DeviceRefusedError,
)
from chargedeck.hub.local_devices import NewDevice, Place
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.unit_settings import (
    DeviceKind,
    DeviceSettings,
)
from chargedeck.simulator.lektrico.household import Network
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.unit import Login

# -- adding ----------------------------------------------------------------------------------------


async def test_what_it_is_is_asked_of_the_device() -> None:
    async with residence(ONE_PHASE, MODULE) as home, hub_with() as hub:
        charger = await hub.add(home.unit(0).address)
        module = await hub.local.add(NewDevice(Place(home.unit(1).address)), ANA)
        assert (charger.record.kind, module.record.kind) == (DeviceKind.CHARGER, DeviceKind.ENERGY_MODULE)
        assert (charger.record.hardware_id, module.id) == ("1p7k_500006", "m2w-830002")
        with pytest.raises(ConflictError):
            await hub.add(home.unit(0).address, "again")


async def test_a_password_is_needed_where_the_device_wants_one() -> None:
    async with residence(ONE_PHASE, network=Network(login=Login("ana", "geheim"))) as home, hub_with() as hub:
        address = home.unit().address
        with pytest.raises(DeviceRefusedError, match="user name"):
            await hub.add(address)
        device = await hub.local.add(NewDevice(Place(address, "ana", "geheim"), "garage"), ANA)
        await hub.restart()
        await hub.until(lambda: hub.device.online)
        assert "geheim" not in repr(device.record)


async def test_addresses_beyond_the_allowed_networks_are_refused() -> None:
    async with residence(ONE_PHASE) as home, hub_with(networks=("10.0.0.0/8",)) as hub:
        with pytest.raises(InvalidValueError, match="CHARGEDECK_DEVICE_NETWORKS"):
            await hub.add(home.unit().address)
        assert hub.fleet.devices == {}


async def test_a_new_address_must_be_that_of_the_same_unit() -> None:
    async with residence(ONE_PHASE, TRI) as home, hub_with() as hub:
        device = await hub.add(home.unit(0).address)
        with pytest.raises(ConflictError, match="replace"):
            await hub.local.update(device, Place(home.unit(1).address))
        await hub.local.update(device, Place(home.unit(0).address.replace("127.0.0.1", "localhost")))
        await hub.until(lambda: hub.device.online)


async def test_a_broken_unit_is_replaced_and_its_history_stays() -> None:
    spare = Nameplate(Kind.CHARGER_3P22K, 500_099)
    async with site(TRI, spare) as broken:
        hub = broken.hub
        await broken.charging()
        await asyncio.sleep(1.2)
        await hub.local.replace(hub.device, Place(broken.home.unit(1).address), ANA)
        await hub.until(lambda: hub.device.online and hub.view.serial == "500099")
        assert hub.device.record.hardware_id == "3p22k_500099"
        (record,) = hub.sessions()
        assert record.ended_at is not None
        await hub.until(lambda: hub.view.session is None)
        assert hub.view.name == "3P22K 500007"
        await broken.home.do("plug", charger="3p22k_500099")
        await hub.until(lambda: hub.view.session is not None)
        assert hub.sessions()[1].meter_start_wh == pytest.approx(0, abs=1)


async def test_a_removed_device_is_asked_no_more(tri: Site) -> None:
    hub = tri.hub
    await hub.fleet.remove_device("garage")
    asked = tri.home.unit().state()["requests"]
    await asyncio.sleep(2.2)
    assert tri.home.unit().state()["requests"] == asked


async def test_commands_to_a_device_that_is_away_are_refused(tri: Site) -> None:
    await tri.home.do("cut")
    await tri.hub.until(lambda: not tri.hub.device.online, seconds=20)
    with pytest.raises(ChargerOfflineError):
        await tri.hub.local.configure(tri.hub.device, DeviceSettings(auto_update=True), ANA)
