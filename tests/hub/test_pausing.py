"""A pause holds one session at nothing, for as long as that session lasts."""

import asyncio

import pytest
from tests.hub.rig import ANNA, Rig
from tests.hub.scripted_link import Held, Reply, not_support, refuse, time_out

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import (
    ChargeDeckError,
    DeviceTimeoutError,
)
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import (
    LimitCurrent,
)

pytestmark = pytest.mark.virtual_time


async def test_a_pause_holds_the_session_at_nothing_and_resume_lets_it_go_on(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.charger.orders.pause(ANNA)
    assert rig.link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(16), Amps(0), str(begun.ref))
    await rig.meter(1_010, ref=begun.ref, power=0)
    assert rig.badge() == Badge(Status.PAUSED, StatusReason.USER)
    assert Action.RESUME in rig.charger.view().actions
    await rig.charger.orders.resume(ANNA)
    assert rig.link.limits[-1] == 16
    assert rig.badge() == Badge(Status.PAUSED), "the charger has not said that the car may draw"
    await rig.meter(1_010, ref=begun.ref, power=7_000)
    assert rig.badge() == Badge(Status.CHARGING)


async def test_a_pause_is_answered_when_the_car_has_stopped_drawing(rig: Rig) -> None:
    begun = await rig.charging()
    pause = asyncio.create_task(rig.charger.orders.pause(ANNA))
    await rig.pass_time(2)
    assert rig.badge() == Badge(Status.CHARGING)
    assert not pause.done()
    await rig.meter(1_010, ref=begun.ref, power=3)
    await pause
    assert rig.badge() == Badge(Status.PAUSED, StatusReason.USER)


@pytest.mark.parametrize("reply", [refuse, time_out, not_support])
async def test_a_pause_that_the_device_does_not_confirm_is_rolled_back(rig: Rig, reply: Reply) -> None:
    await rig.charging()
    rig.link.on(LimitCurrent, reply)
    before = rig.charger.record
    with pytest.raises(ChargeDeckError):
        await rig.charger.orders.pause(ANNA)
    assert rig.charger.record == before
    assert rig.charger.control.limit_a == 16.0
    assert rig.badge() == Badge(Status.CHARGING)
    assert Action.PAUSE in rig.charger.view().actions


async def test_after_a_pause_without_an_answer_the_device_is_brought_back_to_what_it_may(rig: Rig) -> None:
    await rig.charging()
    rig.link.on(LimitCurrent, time_out)
    with pytest.raises(DeviceTimeoutError):
        await rig.charger.orders.pause(ANNA)
    rig.link.replies.clear()
    await rig.pass_time(60)
    assert rig.link.limits[-1] == 16
    assert rig.charger.control.confirmed_a == 16.0


async def test_a_pause_ends_with_its_session(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.charger.orders.pause(ANNA)
    await rig.end(begun.ref, 1_100)
    assert not rig.charger.record.user_paused
    assert rig.charger.control.limit_a == 16.0
    await rig.restart()
    assert not rig.charger.record.user_paused


async def test_a_pause_outlives_a_restart(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.charger.orders.pause(ANNA)
    await rig.crash()
    assert rig.charger.control.limit_a == 0.0
    link = rig.connect()
    await rig.settle()
    assert link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(16), Amps(0), str(begun.ref))
    assert rig.badge() == Badge(Status.PAUSED, StatusReason.USER)


async def test_a_pause_whose_session_ends_while_the_device_is_asked_holds_nothing(rig: Rig) -> None:
    begun = await rig.charging()
    held = Held()
    rig.link.on(LimitCurrent, held)
    pause = asyncio.create_task(rig.charger.orders.pause(ANNA))
    await rig.settle()
    await rig.end(begun.ref, 1_100)
    rig.link.replies.clear()
    held.accept()
    await pause
    assert not rig.charger.record.user_paused
    await rig.settle()
    assert rig.link.limits[-1] == 16


async def test_a_pause_of_a_session_without_a_number_ends_when_the_car_goes(rig: Rig) -> None:
    rig.status(OutletState.CHARGING)
    await rig.charger.orders.pause(ANNA)
    assert rig.link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(0), Amps(0))
    rig.status(OutletState.AVAILABLE)
    await rig.settle()
    assert not rig.charger.record.user_paused
    assert rig.link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(16), Amps(16))


async def test_a_pause_before_the_device_knows_its_number_is_told_again_with_it(rig: Rig) -> None:
    await rig.add_card()
    rig.status(OutletState.PREPARING)
    start = asyncio.create_task(rig.begun(1_000))
    await asyncio.sleep(0)
    assert rig.charger.session is not None
    assert not rig.charger.session.told
    pause = asyncio.create_task(rig.charger.orders.pause(ANNA))
    begun = await start
    await pause
    await rig.settle()
    assert rig.link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(16), Amps(0), str(begun.ref))
