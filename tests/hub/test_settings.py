"""What people set: it counts once the device has confirmed it, and nothing has changed before."""

import asyncio

import pytest
from tests.hub.rig import ANNA, BOB, CARD, Rig
from tests.hub.scripted_link import Held, Reply, refuse, time_out

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.cards import Verdict
from chargedeck.domain.limits import LimitReason, Rung, ladder
from chargedeck.domain.problems import (
    ChargeDeckError,
    ChargerLockedError,
    ChargerOfflineError,
    DeviceRefusedError,
    NotPossibleNowError,
    OutOfRangeError,
)
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import (
    LimitCurrent,
    Reset,
    SetOperative,
    Unlock,
)
from chargedeck.hub.orders import ChargerChanges

pytestmark = pytest.mark.virtual_time


async def test_the_allowed_current_counts_once_the_device_has_confirmed_it(rig: Rig) -> None:
    held = Held()
    rig.link.on(LimitCurrent, held)
    change = asyncio.create_task(rig.charger.orders.set_allowed_current(10, ANNA))
    await rig.settle()
    assert rig.charger.record.allowed_current_a == 16.0
    assert [p.action for p in rig.charger.orders.pending] == [Action.ALLOWED_CURRENT]
    held.accept()
    await change
    assert rig.charger.record.allowed_current_a == 10.0
    assert rig.charger.view().limit.current_a == 10
    assert rig.link.asked(LimitCurrent)[-1].default_a == 10.0
    await rig.crash()
    assert rig.charger.record.allowed_current_a == 10.0


@pytest.mark.parametrize("amps", [-1, 0, 5, 17, 1_000])
async def test_an_allowed_current_outside_the_range_is_never_sent(rig: Rig, amps: int) -> None:
    rig.link.sent.clear()
    with pytest.raises(OutOfRangeError):
        await rig.charger.orders.set_allowed_current(amps, ANNA)
    assert rig.link.sent == []
    assert rig.charger.record.allowed_current_a == 16.0


@pytest.mark.parametrize("reply", [refuse, time_out])
async def test_an_allowed_current_that_is_not_confirmed_changes_nothing(rig: Rig, reply: Reply) -> None:
    rig.link.on(LimitCurrent, reply)
    before = rig.charger.record
    with pytest.raises(ChargeDeckError):
        await rig.charger.orders.set_allowed_current(10, ANNA)
    assert rig.charger.record == before


async def test_what_others_change_while_the_device_is_asked_is_kept(rig: Rig) -> None:
    await rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(32)), ANNA)
    held = Held()
    rig.link.on(LimitCurrent, held)
    change = asyncio.create_task(rig.charger.orders.set_allowed_current(32, ANNA))
    await rig.settle()
    changes = ChargerChanges(name="Carport", installation_current_a=Amps(10))
    await rig.charger.orders.update(changes, BOB)
    rig.link.replies.clear()
    held.accept()
    await change
    await rig.settle()
    record = rig.charger.record
    assert (record.name, float(record.installation_current_a), float(record.allowed_current_a)) == (
        "Carport",
        10,
        10,
    )
    assert rig.link.limits[-1] == 10


async def test_unlock_and_reset_are_passed_on(rig: Rig) -> None:
    await rig.charger.orders.unlock(ANNA)
    await rig.charger.orders.reset(ANNA, hard=True)
    await rig.charger.orders.reset(ANNA, hard=False)
    assert rig.link.asked(Unlock) == [Unlock(1)]
    assert rig.link.asked(Reset) == [Reset(hard=True), Reset(hard=False)]


async def test_nothing_can_be_asked_of_a_charger_that_is_offline(rig: Rig) -> None:
    rig.disconnect()
    orders = rig.charger.orders
    for order in (orders.start, orders.authorize, orders.stop, orders.pause, orders.resume, orders.unlock):
        with pytest.raises(ChargerOfflineError):
            await order(ANNA)
    for offline in (
        orders.set_allowed_current(10, ANNA),
        orders.reset(ANNA, hard=False),
        orders.update(ChargerChanges(locked=True), ANNA),
    ):
        with pytest.raises(ChargerOfflineError):
            await offline
    with pytest.raises(ChargerOfflineError):
        await rig.fleet.call("garage", "Reset", {}, ANNA)
    assert not rig.charger.record.locked


async def test_charge_now_sets_aside_what_holds_the_session(rig: Rig) -> None:
    begun = await rig.charging()
    schedule = Rung(LimitReason.SCHEDULE, Amps(0))
    rig.charger.control._adopt(ladder(Rung(LimitReason.INSTALLATION, Amps(16)), schedule), rig.now)
    assert Action.CHARGE_NOW in rig.charger.view().actions
    await rig.charger.orders.charge_now(ANNA)
    assert rig.charger.control.charge_now
    assert rig.link.asked(LimitCurrent)[-1] == LimitCurrent(1, Amps(16), Amps(16), str(begun.ref))


async def test_charge_now_needs_something_that_it_may_set_aside(rig: Rig) -> None:
    await rig.charging()
    with pytest.raises(NotPossibleNowError):
        await rig.charger.orders.charge_now(ANNA)
    assert not rig.charger.control.charge_now


async def test_a_lock_counts_once_the_device_has_confirmed_it(rig: Rig) -> None:
    rig.link.on(SetOperative, refuse)
    with pytest.raises(DeviceRefusedError):
        await rig.charger.orders.update(ChargerChanges(name="Carport", locked=True), ANNA)
    assert (rig.charger.record.locked, rig.charger.record.name) == (False, "garage")
    rig.link.replies.clear()
    await rig.charger.orders.update(ChargerChanges(locked=True), ANNA)
    assert rig.badge() == Badge(Status.AVAILABLE, StatusReason.LOCKED)
    with pytest.raises(ChargerLockedError):
        await rig.charger.orders.start(ANNA)
    await rig.crash()
    rig.connect()
    assert rig.charger.record.locked
    await rig.charger.orders.update(ChargerChanges(locked=True), ANNA)
    assert rig.link.asked(SetOperative) == [], "it is locked already"
    await rig.charger.orders.update(ChargerChanges(locked=False), ANNA)
    assert rig.link.asked(SetOperative) == [SetOperative(1, operative=True)]
    assert rig.badge() == Badge(Status.AVAILABLE)


async def test_under_lock_no_card_starts_a_session(rig: Rig) -> None:
    await rig.add_card()
    await rig.charger.orders.update(ChargerChanges(locked=True), ANNA)
    assert rig.device.judge(CARD, rig.now).verdict is Verdict.BLOCKED
    assert (await rig.begun(1_000)).answer.verdict is Verdict.BLOCKED


async def test_a_lower_installation_takes_the_allowed_current_down_with_it(rig: Rig) -> None:
    await rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(10), priority=3), ANNA)
    await rig.settle()
    record = rig.charger.record
    assert [float(record.installation_current_a), float(record.allowed_current_a), record.priority] == [
        10,
        10,
        3,
    ]
    assert rig.link.limits[-1] == 10
    await rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(20)), ANNA)
    assert rig.charger.record.allowed_current_a == 10.0, "and does not raise it again"


@pytest.mark.parametrize("amps", [-6, 0, 5.9, 1_001, float("inf"), float("nan")])
def test_there_is_no_installation_of_such_a_size(amps: float) -> None:
    with pytest.raises(OutOfRangeError):
        ChargerChanges(installation_current_a=Amps(amps))
