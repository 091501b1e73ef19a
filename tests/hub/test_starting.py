"""A start: asked of the device, waited for, lapsed, taken back or refused."""

import asyncio

import pytest
from tests.hub.rig import ANNA, BOB, Rig, begins_at_once
from tests.hub.scripted_link import Held, Reply, not_support, refuse, time_out

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.cards import Verdict
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
    NotPossibleNowError,
    NotSupportedError,
)
from chargedeck.domain.session import State
from chargedeck.hub.commands import (
    StartCharging,
    StopCharging,
    Unlock,
)

pytestmark = pytest.mark.virtual_time


@pytest.mark.parametrize("order", ["start", "authorize"])
async def test_a_start_is_answered_when_the_session_is_there(rig: Rig, order: str) -> None:
    rig.status(OutletState.PREPARING)
    assert rig.badge() == Badge(Status.AWAITING, StatusReason.AUTHORIZATION)
    rig.link.on(StartCharging, begins_at_once(rig))
    before = rig.now
    await getattr(rig.charger.orders, order)(ANNA)
    assert (rig.now - before).total_seconds() == pytest.approx(1)
    assert rig.put_down_to() == ANNA
    assert rig.state() is State.SUSPENDED
    assert rig.events("command") == [{"command": order}]


async def test_a_start_without_a_cable_waits_for_it(rig: Rig) -> None:
    await rig.charger.orders.start(ANNA)
    assert rig.badge() == Badge(Status.AWAITING, StatusReason.VEHICLE)
    (asked,) = rig.link.asked(StartCharging)
    rig.status(OutletState.AVAILABLE)
    await rig.pass_time(100)
    rig.status(OutletState.PREPARING)
    assert rig.state() is State.STARTING
    begun = await rig.begun(1_000, tag=f" {asked.id_tag.lower()}")
    assert begun.answer.verdict is Verdict.ACCEPTED
    assert rig.put_down_to() == ANNA


async def test_a_start_outlives_the_server_that_took_it(rig: Rig) -> None:
    await rig.charger.orders.start(ANNA)
    (asked,) = rig.link.asked(StartCharging)
    await rig.crash()
    await rig.pass_time(100)
    begun = await rig.begun(1_000, tag=asked.id_tag)
    assert begun.answer.verdict is Verdict.ACCEPTED
    assert rig.put_down_to() == ANNA


async def test_a_start_of_long_ago_is_not_taken_up_again(rig: Rig) -> None:
    await rig.charger.orders.start(ANNA)
    (asked,) = rig.link.asked(StartCharging)
    await rig.pass_time(200)
    await rig.crash()
    assert (await rig.begun(1_000, tag=asked.id_tag)).answer.verdict is Verdict.INVALID


@pytest.mark.parametrize(("plugged", "after"), [(False, State.IDLE), (True, State.PLUGGED)])
async def test_a_start_that_nothing_came_of_lapses(rig: Rig, plugged: bool, after: State) -> None:
    if plugged:
        rig.status(OutletState.PREPARING)
    await rig.charger.orders.start(ANNA)
    await rig.pass_time(170)
    assert rig.state() is State.STARTING
    await rig.pass_time(20)
    assert rig.state() is after
    (asked,) = rig.link.asked(StartCharging)
    assert (await rig.begun(1_000, tag=asked.id_tag)).answer.verdict is Verdict.INVALID


@pytest.mark.parametrize(("plugged", "after"), [(False, State.IDLE), (True, State.PLUGGED)])
async def test_a_start_can_be_taken_back(rig: Rig, plugged: bool, after: State) -> None:
    if plugged:
        rig.status(OutletState.PREPARING)
    await rig.charger.orders.start(ANNA)
    await rig.charger.orders.stop(ANNA)
    assert rig.state() is after
    assert rig.link.asked(StopCharging) == []
    (asked,) = rig.link.asked(StartCharging)
    assert (await rig.begun(1_000, tag=asked.id_tag)).answer.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("reply", "problem"),
    [(refuse, DeviceRefusedError), (time_out, DeviceTimeoutError), (not_support, NotSupportedError)],
)
async def test_a_start_that_the_device_does_not_confirm_changes_nothing(
    rig: Rig, reply: Reply, problem: type[Exception]
) -> None:
    rig.status(OutletState.PREPARING)
    rig.link.on(StartCharging, reply)
    with pytest.raises(problem):
        await rig.charger.orders.start(ANNA)
    assert (rig.state(), rig.charger.orders.pending) == (State.PLUGGED, ())
    (asked,) = rig.link.asked(StartCharging)
    assert (await rig.begun(1_000, tag=asked.id_tag)).answer.verdict is Verdict.INVALID
    assert rig.events("command") == []


async def test_the_tag_of_a_start_is_good_for_one_session_and_nobody_can_guess_it(rig: Rig) -> None:
    for register in (1_000, 2_000):
        rig.status(OutletState.PREPARING)
        await rig.charger.orders.start(ANNA)
        tag = rig.link.asked(StartCharging)[-1].id_tag
        assert len(tag) <= 20
        begun = await rig.begun(register, tag=tag)
        await rig.end(begun.ref, register)
        assert (await rig.begun(register + 1, tag=tag)).answer.verdict is Verdict.INVALID
        rig.status(OutletState.AVAILABLE)
    first, second = rig.link.asked(StartCharging)
    assert first.id_tag != second.id_tag


async def test_two_who_start_at_the_same_time_both_keep_their_word(rig: Rig) -> None:
    rig.status(OutletState.PREPARING)
    held = Held()
    rig.link.on(StartCharging, held)
    first = asyncio.create_task(rig.charger.orders.start(ANNA))
    second = asyncio.create_task(rig.charger.orders.authorize(BOB))
    await rig.settle()
    assert [pending.by for pending in rig.charger.orders.pending] == ["Anna", "Bob"]
    held.accept()
    held.refuse()
    with pytest.raises(DeviceRefusedError):
        await second
    begun = await rig.begun(1_000, tag=rig.link.asked(StartCharging)[0].id_tag)
    await first
    assert begun.answer.verdict is Verdict.ACCEPTED
    assert rig.put_down_to() == ANNA


async def test_one_command_of_a_kind_at_a_time(rig: Rig) -> None:
    held = Held()
    rig.link.on(Unlock, held)
    first = asyncio.create_task(rig.charger.orders.unlock(ANNA))
    await rig.settle()
    assert [(p.action, p.by) for p in rig.charger.orders.pending] == [(Action.UNLOCK, "Anna")]
    with pytest.raises(NotPossibleNowError):
        await rig.charger.orders.unlock(BOB)
    held.accept()
    await first
    assert rig.charger.orders.pending == ()


async def test_who_asked_may_go_away_before_it_is_on_disk(rig: Rig) -> None:
    unlock = asyncio.create_task(rig.charger.orders.unlock(ANNA))
    await asyncio.sleep(0)
    unlock.cancel()
    with pytest.raises(asyncio.CancelledError):
        await unlock
    await rig.settle()
    assert rig.charger.orders.pending == ()
    await rig.charger.orders.unlock(ANNA)


async def test_the_connection_is_lost_while_the_device_is_asked(rig: Rig) -> None:
    rig.status(OutletState.PREPARING)
    held = Held()
    rig.link.on(StartCharging, held)
    start = asyncio.create_task(rig.charger.orders.start(ANNA))
    await rig.settle()
    rig.disconnect()
    held.lose()
    with pytest.raises(ChargerOfflineError):
        await start
    assert rig.charger.orders.pending == ()


async def test_a_stop_is_answered_when_the_session_is_over(rig: Rig) -> None:
    begun = await rig.charging()

    async def reply(command: StopCharging) -> None:
        asyncio.get_running_loop().call_later(
            2, lambda: rig.context.tasks.start(_ended(rig, command.ref), name="stop")
        )

    rig.link.on(StopCharging, reply)
    await rig.charger.orders.stop(ANNA)
    assert rig.link.asked(StopCharging) == [StopCharging(1, str(begun.ref))]
    assert (rig.charger.session, rig.state()) == (None, State.FINISHING)
    assert rig.energies() == [500]


async def _ended(rig: Rig, ref: str) -> None:
    await rig.end(ref, 1_500, reason="Remote")


async def test_a_stop_that_the_device_refuses_changes_nothing(rig: Rig) -> None:
    await rig.charging()
    rig.link.on(StopCharging, refuse)
    with pytest.raises(DeviceRefusedError):
        await rig.charger.orders.stop(ANNA)
    assert rig.state() is State.CHARGING
    assert rig.charger.session is not None


async def test_a_session_that_the_device_has_not_told_us_of_cannot_be_stopped_by_number(rig: Rig) -> None:
    rig.status(OutletState.CHARGING)
    with pytest.raises(NotPossibleNowError):
        await rig.charger.orders.stop(ANNA)
