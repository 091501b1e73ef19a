"""Old, new and broken firmware: it charges, pauses and stops, or says why not."""

import pytest
from tests.chargers.lektrico.hub import ANA
from tests.chargers.lektrico.site import Site, site

from chargedeck.domain.badge import Status
from chargedeck.domain.problems import (
    ChargeDeckError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from chargedeck.hub.unit_settings import (
    DeviceTrouble,
)
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.quirks import Quirk

# -- odd firmware ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quirk",
    [
        Quirk.NO_LIMIT_REASON,
        Quirk.NO_USER_CURRENT,
        Quirk.NO_DYNAMIC_CURRENT,
        Quirk.NO_RELAY_MODE,
        Quirk.OLD_CAR_ERROR,
        Quirk.ONE_VOLTAGE_ERROR,
        Quirk.PAUSE_METHODS,
        Quirk.OLD_FIRMWARE,
        Quirk.NEWER_FIRMWARE,
        Quirk.NUMBERS_AS_STRINGS,
        Quirk.NULLS,
        Quirk.WRONG_CONTENT_TYPE,
        Quirk.NO_CONTENT_TYPE,
        Quirk.HANGS_UP,
        Quirk.DROPS,
        Quirk.LOW_HEAP,
    ],
)
async def test_odd_firmware_charges_pauses_and_stops(quirk: Quirk) -> None:
    async with site(Nameplate(Kind.CHARGER_3P22K, 7, quirks=frozenset({quirk}))) as odd:
        hub = odd.hub
        await odd.plug()
        hub.units.look(hub.device)
        await hub.until(lambda: hub.charger.session is not None, seconds=15)
        if quirk is not Quirk.NO_DYNAMIC_CURRENT:
            await hub.charger.orders.pause(ANA)
            await hub.until(lambda: hub.view.status is Status.PAUSED)
            await hub.charger.orders.resume(ANA)
        await hub.charger.orders.stop(ANA)
        assert hub.charger.session is None


@pytest.mark.parametrize(
    ("quirk", "error"),
    [
        (Quirk.REFUSES, DeviceRefusedError),
        (Quirk.FAILS, DeviceRefusedError),
        (Quirk.FORGETS, DeviceRefusedError),
    ],
)
async def test_what_the_device_does_not_do_is_told(
    tri: Site, quirk: Quirk, error: type[ChargeDeckError]
) -> None:
    await tri.charging()
    await tri.home.do("quirk", quirk=quirk.value)
    with pytest.raises(error):
        await tri.hub.charger.orders.set_allowed_current(10, ANA)
    assert tri.hub.view.allowed_current_a == 32
    with pytest.raises((error, DeviceTimeoutError)):
        await tri.hub.charger.orders.stop(ANA)
    assert tri.hub.charger.session is not None


@pytest.mark.parametrize(
    ("quirk", "trouble"),
    [
        (Quirk.NOT_JSON, DeviceTrouble.NOT_UNDERSTOOD),
        (Quirk.ENDLESS_ANSWERS, None),
        (Quirk.REDIRECTS, DeviceTrouble.NOT_UNDERSTOOD),
        (Quirk.HALF_ANSWERS, DeviceTrouble.NOT_FOUND),
        (Quirk.ANOTHER_ID, DeviceTrouble.IDENTITY_CHANGED),
    ],
)
async def test_a_device_out_of_its_mind_is_offline_with_the_reason(
    tri: Site, quirk: Quirk, trouble: DeviceTrouble | None
) -> None:
    hub = tri.hub
    await tri.charging()
    await tri.home.do("quirk", quirk=quirk.value)
    if quirk is Quirk.ANOTHER_ID:
        hub.units.look(hub.device)
        hub.device.link.close("asked anew")  # type: ignore[union-attr]
    await hub.until(lambda: hub.device.local.problem is not None, seconds=20)
    assert hub.device.local.problem is not None
    await hub.until(lambda: hub.view.status is Status.OFFLINE, seconds=12)
    assert trouble in (None, hub.device.local.problem.trouble)
    assert len(hub.device.local.problem.detail) > 20
    assert hub.view.session is not None, "its session goes on at the device"
