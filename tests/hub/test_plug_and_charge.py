"""With plug and charge on, charging starts when the cable is in."""

import pytest
from tests.hub.rig import ANNA, Rig, begins_at_once
from tests.hub.scripted_link import refuse

from chargedeck.domain.badge import Badge, Status
from chargedeck.domain.cards import Verdict
from chargedeck.domain.events import OutletState
from chargedeck.hub.commands import (
    StartCharging,
)
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.permission import PLUG_AND_CHARGE

pytestmark = pytest.mark.virtual_time


async def test_with_plug_and_charge_a_charger_that_begins_by_itself_is_left_alone(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    rig.status(OutletState.PREPARING)
    assert rig.badge() == Badge(Status.AVAILABLE)
    await rig.pass_time(1)
    begun = await rig.begun(1_000, tag="whatever")
    assert begun.answer.verdict is Verdict.ACCEPTED
    assert rig.put_down_to() == PLUG_AND_CHARGE
    await rig.pass_time(300)
    assert rig.link.asked(StartCharging) == []


async def test_with_plug_and_charge_a_charger_that_waits_is_started(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    rig.link.on(StartCharging, begins_at_once(rig))
    rig.status(OutletState.PREPARING)
    await rig.pass_time(3)
    assert len(rig.link.asked(StartCharging)) == 1
    assert rig.put_down_to() == PLUG_AND_CHARGE


async def test_with_plug_and_charge_a_refusal_is_asked_again_and_then_let_be(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    rig.link.on(StartCharging, refuse)
    rig.status(OutletState.PREPARING)
    asked = []
    for _ in range(100):
        await rig.pass_time(2)
        asked.append(len(rig.link.asked(StartCharging)))
    assert (asked[0], asked[6], asked[99]) == (1, 2, 3)


async def test_plug_and_charge_stops_asking_when_the_car_goes_or_the_setting_does(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    rig.link.on(StartCharging, refuse)
    rig.status(OutletState.PREPARING)
    await rig.pass_time(3)
    rig.status(OutletState.AVAILABLE)
    await rig.pass_time(100)
    assert len(rig.link.asked(StartCharging)) == 1
    rig.status(OutletState.PREPARING)
    await rig.charger.orders.update(ChargerChanges(plug_and_charge=False), ANNA)
    await rig.pass_time(100)
    assert len(rig.link.asked(StartCharging)) == 1


@pytest.mark.parametrize(
    "free",
    [
        pytest.param(ChargerChanges(plug_and_charge=True), id="the setting is made"),
        pytest.param(ChargerChanges(locked=False), id="the lock is lifted"),
    ],
)
async def test_a_car_that_waits_is_started_when(rig: Rig, free: ChargerChanges) -> None:
    locked = free.locked is False
    await rig.charger.orders.update(ChargerChanges(plug_and_charge=locked, locked=locked), ANNA)
    rig.status(OutletState.PREPARING)
    await rig.pass_time(200)
    assert rig.link.asked(StartCharging) == []
    await rig.charger.orders.update(free, ANNA)
    await rig.pass_time(3)
    assert len(rig.link.asked(StartCharging)) == 1


async def test_a_car_that_was_plugged_in_before_the_connection_broke_is_started_after_it(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    rig.status(OutletState.PREPARING)
    rig.disconnect()
    await rig.pass_time(200)
    rig.connect()
    await rig.pass_time(3)
    assert len(rig.link.asked(StartCharging)) == 1


async def test_a_blocked_card_is_blocked_with_plug_and_charge_too(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    await rig.add_card("B10C", blocked=True)
    assert (await rig.begun(1_000, tag="B10C")).answer.verdict is Verdict.BLOCKED
