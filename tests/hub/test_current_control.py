"""The device is kept at the lowest rung of its ladder: told when it changes, and at each reconnect."""

import asyncio
from dataclasses import replace

import pytest
from tests.hub.rig import ANNA, Rig
from tests.hub.scripted_link import Held, ScriptedLink, not_support, refuse

from chargedeck.domain.events import OutletState
from chargedeck.domain.limits import LimitReason, Rung, ladder
from chargedeck.domain.problems import NotSupportedError
from chargedeck.domain.units import Amps
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.grant import Grant
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.ports import Capabilities

pytestmark = pytest.mark.virtual_time


def limit(amps: float, ref: str | int | None = None, default: float | None = None) -> LimitCurrent:
    standing = amps if default is None else default
    return LimitCurrent(1, Amps(standing), Amps(amps), None if ref is None else str(ref))


async def allow(rig: Rig, amps: int) -> None:
    await rig.charger.orders.set_allowed_current(amps, ANNA)


# -- when it is told ---------------------------------------------------------------------------


async def test_a_device_is_told_its_limit_once_it_has_been_set_up(rig: Rig) -> None:
    link = rig.connect(ready=False)
    await rig.pass_time(60)
    assert link.sent == []
    rig.device.ready(rig.now)
    await rig.settle()
    assert link.sent == [limit(16)]
    assert rig.charger.view().limit.confirmed_a == 16


async def test_it_is_told_again_after_every_reconnect_and_every_start_of_the_device(rig: Rig) -> None:
    for reconnect in (rig.disconnect, lambda: None):
        reconnect()
        link = rig.connect()
        assert rig.charger.control.confirmed_a is None
        await rig.settle()
        assert link.sent == [limit(16)]
    rig.device.ready(rig.now)
    await rig.settle()
    assert rig.link.sent == [limit(16), limit(16)], "a device that has restarted may have forgotten"


async def test_limits_that_somebody_else_has_replaced_are_told_again(rig: Rig) -> None:
    await rig.settle()
    rig.link.sent.clear()
    rig.device.limits_lost()
    assert rig.charger.control.confirmed_a is None
    await rig.settle()
    assert rig.link.sent == [limit(16)]


async def test_what_is_confirmed_is_not_told_twice(rig: Rig) -> None:
    await rig.settle()
    rig.link.sent.clear()
    rig.charger.control.push()
    await rig.pass_time(600)
    assert rig.link.sent == []


async def test_a_session_is_limited_by_its_number_once_the_device_knows_it(rig: Rig) -> None:
    await rig.add_card()
    await rig.settle()
    rig.link.sent.clear()
    start = asyncio.create_task(rig.begun(1_000))
    await asyncio.sleep(0)
    assert rig.charger.session is not None
    assert rig.link.sent == []
    begun = await start
    await rig.settle()
    assert rig.link.sent == [limit(16, begun.ref)]


async def test_a_session_that_may_have_all_needs_no_limit_of_its_own_once_one_was_kept_to(rig: Rig) -> None:
    first = await rig.charging(1_000)
    await rig.end(first.ref, 1_100)
    rig.link.sent.clear()
    second = await rig.charging(1_100)
    await rig.settle()
    assert rig.link.sent == []
    await rig.charger.orders.pause(ANNA)
    assert rig.link.sent == [limit(0, second.ref, default=16)]
    await rig.end(second.ref, 1_200)
    third = await rig.charging(1_200)
    await rig.settle()
    assert rig.link.sent[1:] == [limit(16), limit(16, third.ref)], "after a pause it is proved anew"


async def test_where_limits_are_watts_every_session_is_told_its_own(rig: Rig) -> None:
    """The next car may draw on one phase what the last had on three."""
    rig.link.capabilities = Capabilities(counts_watts=True)
    first = await rig.charging(1_000)
    await rig.end(first.ref, 1_100)
    rig.link.sent.clear()
    second = await rig.charging(1_100)
    await rig.settle()
    assert rig.link.sent == [limit(16, second.ref)]


async def test_a_session_that_the_default_holds_is_confirmed_no_more_than_that(rig: Rig) -> None:
    rig.charger.control.manage(Grant(Amps(13), Amps(6)), rig.now)
    await rig.charging(1_000)
    await rig.settle()
    control = rig.charger.control
    assert (control.confirmed_a, control.offered_a) == (Amps(13), Amps(13))
    rig.link.capabilities = Capabilities(by_default=frozenset({1}))
    assert (control.confirmed_a, control.offered_a) == (Amps(6), Amps(6))
    assert rig.charger.view().limit.current_a == 13, "what the station would let it have"


async def test_an_outlet_that_is_heard_of_later_is_told_too(rig: Rig) -> None:
    await rig.settle()
    rig.device.outlet(2)
    await rig.settle()
    assert rig.link.sent[-1] == LimitCurrent(2, Amps(16), Amps(16))


async def test_the_limit_of_a_new_charger_is_in_its_history_from_the_first(rig: Rig) -> None:
    await rig.settle()
    limits = rig.disk.memory.tables.limits  # type: ignore[attr-defined]
    assert [(change.current_a, change.reason) for change in limits] == [(16, LimitReason.USER)]
    await allow(rig, 10)
    await rig.settle()
    assert (limits[-1].current_a, limits[-1].reason, limits[-1].at) == (10, LimitReason.USER, rig.now)


# -- when it is not confirmed ------------------------------------------------------------------


async def test_a_limit_that_is_not_confirmed_is_told_again_and_written_down_once(rig: Rig) -> None:
    link = ScriptedLink()
    link.on(LimitCurrent, refuse)
    rig.connect(link)
    await rig.pass_time(100)
    assert link.limits == [16, 16, 16, 16]
    assert rig.charger.control.confirmed_a is None
    assert len(rig.events("limit_not_confirmed")) == 1
    link.replies.clear()
    await rig.pass_time(30)
    assert rig.charger.control.confirmed_a == 16
    await rig.pass_time(300)
    assert len(link.limits) == 5


async def test_a_lower_limit_does_not_wait_for_the_retry_of_the_one_before(rig: Rig) -> None:
    rig.link.on(LimitCurrent, refuse)
    rig.connect(rig.link)
    await rig.pass_time(5)
    rig.link.replies.clear()
    changes = ChargerChanges(installation_current_a=Amps(10))
    await rig.charger.orders.update(changes, ANNA)
    await rig.settle()
    assert rig.link.limits[-1] == 10
    assert rig.charger.control.confirmed_a == 10.0
    await rig.pass_time(60)
    assert rig.link.limits[-1] == 10


async def test_a_lower_limit_follows_at_once_where_the_one_before_is_still_being_refused(rig: Rig) -> None:
    held = Held()
    rig.link.on(LimitCurrent, held)
    rig.connect(rig.link)
    await rig.settle()
    update = asyncio.create_task(
        rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(10)), ANNA)
    )
    await rig.settle()
    rig.link.replies.clear()
    held.refuse()
    await rig.settle()
    await update
    assert rig.link.limits[-2:] == [16, 10]
    assert rig.charger.control.confirmed_a == 10.0
    assert rig.events("limit_not_confirmed") == []


async def test_a_confirmation_over_a_connection_that_is_gone_confirms_nothing(rig: Rig) -> None:
    held = Held()
    old = ScriptedLink()
    old.on(LimitCurrent, held)
    rig.connect(old)
    await rig.settle()
    new = rig.connect(ready=False)
    held.accept()
    await rig.settle()
    assert new.limits == [16]
    assert rig.charger.control.confirmed_a == 16.0


async def test_a_push_that_breaks_with_its_connection_goes_on_over_the_next(rig: Rig) -> None:
    held = Held()
    old = ScriptedLink()
    old.on(LimitCurrent, held)
    rig.connect(old)
    await rig.settle()
    new = rig.connect()
    held.lose()
    await rig.settle()
    assert new.limits == [16]
    assert rig.events("limit_not_confirmed") == []


async def test_a_push_that_breaks_when_the_device_goes_waits_for_its_return(rig: Rig) -> None:
    held = Held()
    rig.link.on(LimitCurrent, held)
    rig.connect(rig.link)
    await rig.settle()
    rig.disconnect()
    held.lose()
    await rig.pass_time(300)
    link = rig.connect()
    await rig.settle()
    assert link.limits == [16]


async def test_a_device_that_cannot_be_limited_is_not_pestered(rig: Rig) -> None:
    link = ScriptedLink()
    link.on(LimitCurrent, not_support)
    rig.connect(link)
    await rig.pass_time(300)
    assert link.limits == [16]
    assert len(rig.events("limit_not_confirmed")) == 1
    with pytest.raises(NotSupportedError):
        await allow(rig, 10)


async def test_commands_take_turns(rig: Rig) -> None:
    held = Held()
    rig.link.on(LimitCurrent, held)
    first = asyncio.create_task(allow(rig, 10))
    await rig.settle()
    second = asyncio.create_task(rig.charger.control.order(lambda record: record))
    await rig.settle()
    assert len(held.waiting) == 1
    held.accept()
    await first
    await rig.settle()
    held.accept()
    await second
    assert rig.link.limits[-1] == 10


# -- the ladder --------------------------------------------------------------------------------


async def test_charge_now_ends_with_its_session(rig: Rig) -> None:
    """Schedule, price and solar come later; what sets them aside is kept for one session from the start."""
    begun = await rig.charging()
    await rig.charger.control.order(lambda record: replace(record, charge_now=True))
    assert rig.charger.control.charge_now
    await rig.charger.control.order(lambda record: record)
    assert rig.charger.control.charge_now, "another order leaves it as it is"
    await rig.end(begun.ref, 1_100)
    assert not rig.charger.control.charge_now


async def test_the_screen_shows_every_rung_and_whether_the_limit_binds(rig: Rig) -> None:
    await rig.charging()
    await allow(rig, 10)
    shown = rig.charger.view().limit
    assert [(rung.reason, rung.current_a) for rung in shown.ladder] == [
        (LimitReason.USER, 10),
        (LimitReason.INSTALLATION, 16),
    ]
    assert (shown.current_a, shown.reason, shown.confirmed_a) == (10.0, LimitReason.USER, 10.0)
    assert not shown.binding
    await rig.charger.orders.pause(ANNA)
    shown = rig.charger.view().limit
    assert (shown.current_a, shown.ladder[0].detail, shown.binding) == (0, "paused", True)
    assert rig.charger.control.ladder == ladder(
        Rung(LimitReason.INSTALLATION, Amps(16)), Rung(LimitReason.USER, Amps(0), "paused")
    )


# -- a car that takes more ---------------------------------------------------------------------


async def test_a_car_that_takes_more_for_10_s_is_a_warning_and_an_event(rig: Rig) -> None:
    begun = await rig.charging()
    for _ in range(10):
        await rig.meter(1_000, ref=begun.ref, current=18)
        assert rig.charger.view().warnings == []
        await rig.pass_time(1)
    await rig.meter(1_000, ref=begun.ref, current=18)
    (warning,) = rig.charger.view().warnings
    assert (warning.code, warning.detail) == ("over_limit", "18.0 A measured, 16 A allowed")
    assert (warning.measured_a, warning.limit_a) == (18, 16)
    await rig.pass_time(5)
    await rig.meter(1_000, ref=begun.ref, current=18)
    assert rig.events("over_limit") == [{"measured_a": 18, "limit_a": 16}]
    assert rig.charger.view().warnings == [warning], "since when, not as of now"
    await rig.meter(1_000, ref=begun.ref, current=16.5)
    assert rig.charger.view().warnings == []


async def test_a_reading_without_a_current_proves_nothing(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_000, ref=begun.ref, current=18)
    await rig.pass_time(20)
    await rig.meter(1_000, ref=begun.ref, power=4_000)
    assert rig.charger.view().warnings == []
    await rig.meter(1_000, ref=begun.ref, current=18)
    assert len(rig.charger.view().warnings) == 1


async def test_a_warning_ends_with_the_session(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_000, ref=begun.ref, current=18)
    await rig.pass_time(20)
    await rig.meter(1_000, ref=begun.ref, current=18)
    assert len(rig.charger.view().warnings) == 1
    await rig.end(begun.ref, 1_100)
    assert rig.charger.view().warnings == []


# -- the car -----------------------------------------------------------------------------------


async def test_a_car_that_takes_less_than_it_may_is_told_of_while_it_charges(rig: Rig) -> None:
    await rig.charging()
    await rig.settle()
    for seconds, told in ((0, None), (30, None), (30, 10)):
        await rig.pass_time(seconds)
        await rig.meter(power=6_900, current=10)
        assert rig.charger.view().limit.car_a == told
    rig.status(OutletState.SUSPENDED_BY_CAR)
    assert rig.charger.view().limit.car_a is None
