"""LEKTRI.CO chargers and an energy module under a station's control loop, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.chargers.lektrico.hub import ANA, PATIENCE_S, Hub
from tests.chargers.lektrico.site import MODULE, TRI, Site, site
from tests.hub.controlled import control_of

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps
from chargedeck.energy.modes import Mode
from chargedeck.hub.commands import Configure
from chargedeck.hub.management import MAIN
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.station_meters import Origin, Source, measured
from chargedeck.hub.stations import Station
from chargedeck.hub.unit_settings import DeviceSettings


def station_of(hub: Hub) -> Station:
    return hub.fleet.default_station


@asynccontextmanager
async def managed(place: Site, **settings: Any) -> AsyncIterator[StationControl]:
    """The station's control loop, with a meter that says that the sun shines a little."""
    hub = place.hub
    control = control_of(hub.context, hub.fleet)
    control.start()

    def read() -> None:
        phases = [MeterPhase(phase, None, Amps(-2)) for phase in (1, 2, 3)]
        control.read(station_of(hub), Source.GRID, MAIN, measured(hub.context.now(), phases, None))

    async def meter() -> None:
        while True:
            await asyncio.sleep(0.5)
            read()

    read()
    await control.change(station_of(hub).id, lambda known: replace(known, **settings), ANA)
    metering = asyncio.create_task(meter())
    try:
        yield control
    finally:
        metering.cancel()
        control.close()


async def relay(place: Site, mode: int) -> None:
    """Wait until the device has its contactors so."""
    async with asyncio.timeout(PATIENCE_S):
        while (await place.home.get("dynamic_current.get"))["relay_mode"] != mode:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_forced_to_one_phase_in_the_sun_and_back_to_all_afterwards() -> None:
    async with site(TRI) as tri:
        await tri.charging()
        async with managed(tri, mode=Mode.HYBRID, forced_single_phase=True) as control:
            await relay(tri, 1)
            await tri.hub.until(lambda: station_of(tri.hub).energy().grants[0].phases == [1])
            await tri.hub.until(lambda: station_of(tri.hub).energy().grants[0].reason is LimitReason.SOLAR)
            await control.change(station_of(tri.hub).id, lambda known: replace(known, mode=Mode.POWER), ANA)
            await relay(tri, 3)


async def test_who_was_switched_gets_all_phases_back_when_nothing_is_managed_any_more() -> None:
    async with site(TRI) as tri:
        await tri.charging()
        async with managed(tri, mode=Mode.HYBRID, forced_single_phase=True) as control:
            await relay(tri, 1)
            await control.change(station_of(tri.hub).id, lambda known: replace(known, mode=Mode.OFF), ANA)
            await relay(tri, 3)
            await tri.hub.until(lambda: tri.hub.charger.control.grant is None)


async def test_one_phase_by_the_owner_s_wish_stays_so() -> None:
    async with site(TRI) as tri:
        await tri.hub.local.configure(tri.hub.device, DeviceSettings(single_phase=True), ANA)
        await tri.charging()
        async with managed(tri, mode=Mode.POWER):
            await asyncio.sleep(2.5)
            await relay(tri, 1)


async def test_a_charger_that_others_have_set_to_one_phase_is_not_ours_to_switch_back() -> None:
    async with site(TRI) as tri:
        await tri.charging()
        await tri.hub.device.send(Configure(DeviceSettings(single_phase=True)))
        async with managed(tri, mode=Mode.POWER):
            await asyncio.sleep(2.5)
            await relay(tri, 1)


async def test_an_energy_module_is_the_meter_of_its_station() -> None:
    async with site(TRI, MODULE) as tri:
        await tri.hub.add(tri.home.unit(1).address, "module")
        control = control_of(tri.hub.context, tri.hub.fleet)
        control.start()
        await tri.hub.until(lambda: station_of(tri.hub).energy().meter.source is Origin.ENERGY_MODULE)
        found = station_of(tri.hub).energy()
        assert (found.meter.device_id, len(found.phases)) == ("module", 3)
        assert found.flow.grid_w is not None
        control.close()
