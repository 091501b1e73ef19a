"""Devices that announce themselves are found by multicast DNS, asked, and never believed unasked."""

import asyncio
import ipaddress
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from tests.chargers.lektrico import recorded
from tests.chargers.lektrico.hub import ANA, hub_with
from tests.chargers.lektrico.replayed import replayed
from tests.simulator.lektrico.residence import residence
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from chargedeck.chargers.lektrico.discovery import SERVICE, Discovery
from chargedeck.chargers.lektrico.units import asked_at
from chargedeck.hub.background import Background
from chargedeck.hub.local_devices import Found, NewDevice, Place
from chargedeck.hub.unit_settings import DeviceKind, DeviceTrouble
from chargedeck.simulator.lektrico.household import Network
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate

LOOPBACK = ("127.0.0.1",)
TRI = Nameplate(Kind.CHARGER_3P22K, 511_007)
MODULE = Nameplate(Kind.MODULE_EM, 811_001)


def of_ours(found: Sequence[Found], address: str) -> list[Found]:
    return [one for one in found if one.address == address]


@asynccontextmanager
async def discovery(*networks: str) -> AsyncIterator[Discovery]:
    tasks = Background()
    allowed = tuple(map(ipaddress.ip_network, networks))
    made = Discovery(lambda address: asked_at(address, allowed), tasks, interfaces=LOOPBACK)
    assert made.want()
    try:
        yield made
    finally:
        await tasks.aclose()


async def until_found(made: Discovery, address: str) -> Found:
    async with asyncio.timeout(10):
        while True:
            for one in of_ours(made.found, address):
                if one.kind is not None or one.trouble is not None:
                    return one
            await asyncio.sleep(0.05)


async def test_each_is_asked_what_it_is() -> None:
    async with (
        residence(TRI, MODULE, network=Network(announces=True)) as home,
        discovery("127.0.0.0/8") as made,
    ):
        charger = await until_found(made, home.unit(0).address)
        module = await until_found(made, home.unit(1).address)
    assert (charger.kind, charger.hardware_id) == (DeviceKind.CHARGER, "3p22k_511007")
    assert (module.kind, module.identity and module.identity.model) == (DeviceKind.ENERGY_MODULE, "EM")


async def test_an_announcement_leads_nowhere_but_into_the_house() -> None:
    async with residence(TRI, network=Network(announces=True)) as home, discovery("10.0.0.0/8") as made:
        found = await until_found(made, home.unit().address)
        assert (found.trouble, found.hardware_id) == (DeviceTrouble.NOT_ALLOWED, None)


async def test_names_of_others_are_not_asked() -> None:
    other = AsyncServiceInfo(
        SERVICE, f"printer.{SERVICE}", addresses=[ipaddress.ip_address("127.0.0.1").packed], port=9
    )
    network = AsyncZeroconf(interfaces=list(LOOPBACK), ip_version=IPVersion.V4Only)
    try:
        await (await network.async_register_service(other))
        async with residence(TRI, network=Network(announces=True)) as home, discovery("127.0.0.0/8") as made:
            await until_found(made, home.unit().address)
            assert not of_ours(made.found, "127.0.0.1:9")
    finally:
        await network.async_unregister_all_services()
        await network.async_close()


async def test_a_device_found_at_a_new_address_is_asked_there() -> None:
    async with hub_with() as hub:
        async with residence(TRI) as home:
            await hub.local.add(NewDevice(Place(home.unit().address), "garage"), ANA)
            former = home.unit().address
        await hub.until(lambda: not hub.device.online, seconds=12)
        async with residence(TRI, network=Network(announces=True)) as home:
            hub.units.discovery._interfaces = LOOPBACK
            async with asyncio.timeout(15):
                while not hub.device.online:
                    searching, _ = hub.local.search()
                    assert searching
                    await asyncio.sleep(0.2)
            assert hub.device.record.address == home.unit().address != former


async def test_a_password_is_shown_to_nobody_else_who_answers() -> None:
    async with hub_with() as hub, replayed(recorded.charger_answers()) as impostor:
        async with replayed(recorded.charger_answers()) as real:
            await hub.local.add(NewDevice(Place(real.address, "ana", "geheim"), "garage"), ANA)
            await hub.until(lambda: hub.device.online)
            former, port = real.address, real.port
        await hub.until(lambda: not hub.device.online, seconds=12)

        # Somebody says elsewhere that it is the one.
        hub.units.discovery._interfaces = LOOPBACK
        found = await asked_at(impostor.address, hub.units._surroundings.networks)
        for _ in range(2):
            hub.units.discovery._found["impostor"] = found
            hub.local.search()
        await asyncio.sleep(1.5)  # time for an attempt
        assert hub.device.record.address == former
        assert impostor.asked
        assert not [request for request in impostor.asked if "authorization" in request.headers]
        hub.disk.memory.flush()
        told = [event.detail for event in hub.disk.memory.tables.events if event.kind == "device_elsewhere"]
        assert told == [{"address": impostor.address}]

        # Another unit has taken its address.
        another = recorded.charger_answers() | {"device_id.get": {"device_id": "1p7k_999999"}}
        async with replayed(another, port=port) as other:
            await hub.until(
                lambda: (
                    hub.device.local.problem
                    and hub.device.local.problem.trouble is DeviceTrouble.IDENTITY_CHANGED
                )
            )
            assert not [request for request in other.asked if "authorization" in request.headers]

        await hub.local.update(hub.device, Place(impostor.address, "ana", "geheim"))
        await hub.until(lambda: hub.device.online)


def test_zeroconf_is_loaded_by_nobody_who_does_not_search() -> None:
    program = (
        "import sys, chargedeck.app\n"
        "heavy = {'zeroconf', 'lektricowifi', 'httpx', 'pydantic'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or None)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


@pytest.mark.parametrize("seconds", ["0.5"])
def test_the_command_says_what_there_is(seconds: str) -> None:
    command = [sys.executable, "-m", "chargedeck", "discover", "--seconds", seconds]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert run.returncode == 0, run.stderr
    assert run.stdout
