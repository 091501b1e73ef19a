"""The demo's Shelly, read by whoever reads a real one."""

from ipaddress import ip_network
from typing import Any

import httpx

from chargedeck.domain.units import StationId, Watts
from chargedeck.hub.meter_records import MeterKind, MeterRecord
from chargedeck.hub.station_meters import Source
from chargedeck.simulator.shelly import Shelly
from chargedeck.sources.meters import Dialer

LOOPBACK = (ip_network("127.0.0.0/8"),)


async def test_it_measures_the_sun_as_it_is() -> None:
    sun = [1500.0, 320.5]
    device = Shelly(lambda: Watts(sun[0]))
    async with device.running():
        roof = MeterRecord("m", StationId("home"), "Roof", MeterKind.SHELLY, device.address, Source.SOLAR)
        line = Dialer(LOOPBACK).line(roof)
        answered: Any = await line.read()
        assert (answered.power_w, answered.model) == (1500, "Shelly ProEM50, em1:0")
        sun.pop(0)
        answered = await line.read()
        assert answered.power_w == 320.5
        await line.close()


async def test_it_knows_no_other_page() -> None:
    device = Shelly(lambda: Watts(0))
    async with device.running(), httpx.AsyncClient(verify=False) as client:
        assert (await client.get(f"http://{device.address}/status")).status_code == 404
