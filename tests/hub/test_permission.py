"""Who may charge, who a session is put down to, and what becomes of one that nobody may have."""

import pytest
from tests.hub.rig import ANNA, CARD, Rig
from tests.hub.scripted_link import refuse

from chargedeck.domain.cards import Authorizer, AuthorizerKind, Verdict
from chargedeck.domain.events import OutletState
from chargedeck.hub.commands import StartCharging, StopCharging

pytestmark = pytest.mark.virtual_time


async def test_a_refused_session_is_stopped_after_a_grace_and_told_again_until_it_has(rig: Rig) -> None:
    begun = await rig.begun(1_000, tag="STRANGER")
    assert begun.answer.verdict is Verdict.INVALID
    await rig.pass_time(4)
    assert rig.link.asked(StopCharging) == []
    await rig.pass_time(2)
    assert rig.link.asked(StopCharging) == [StopCharging(1, str(begun.ref))]
    rig.link.on(StopCharging, refuse)
    await rig.pass_time(60)
    assert len(rig.link.asked(StopCharging)) == 3
    await rig.end(begun.ref, 1_001)
    await rig.pass_time(300)
    assert len(rig.link.asked(StopCharging)) == 3
    assert put_down_to_in_history(rig) == Authorizer(AuthorizerKind.UNKNOWN, "STRANGER")


def put_down_to_in_history(rig: Rig) -> Authorizer | None:
    return rig.only_session().authorized_by


async def test_a_refused_session_that_the_charger_stops_by_itself_is_left_alone(rig: Rig) -> None:
    begun = await rig.begun(1_000, tag="STRANGER")
    await rig.end(begun.ref, 1_000)
    await rig.pass_time(60)
    assert rig.link.asked(StopCharging) == []


async def test_a_refused_session_is_stopped_also_after_the_connection_or_the_server_came_back(
    rig: Rig,
) -> None:
    begun = await rig.begun(1_000, tag="STRANGER")
    rig.disconnect()
    await rig.pass_time(60)
    link = rig.connect()
    await rig.pass_time(40)
    assert StopCharging(1, str(begun.ref)) in link.sent
    await rig.crash()
    link = rig.connect()
    await rig.pass_time(10)
    assert StopCharging(1, str(begun.ref)) in link.sent


async def test_after_a_restart_only_the_present_session_is_stopped(rig: Rig) -> None:
    await rig.add_card()
    live = await rig.begun(9_000)
    await rig.begun(1_000, tag="STRANGER", at=rig.ago(7_200))
    await rig.crash()
    link = rig.connect()
    await rig.pass_time(100)
    assert link.asked(StopCharging) == []
    assert rig.charger.session is not None
    assert rig.charger.session.record.ref == str(live.ref)


async def test_plugging_in_with_plug_and_charge_does_not_save_a_refused_session(rig: Rig) -> None:
    await rig.allow_plug_and_charge()
    await rig.add_card("B10C", blocked=True)
    begun = await rig.begun(1_000, tag="B10C")
    rig.status(OutletState.CHARGING)
    rig.status(OutletState.PREPARING)
    await rig.pass_time(6)
    assert StopCharging(1, str(begun.ref)) in rig.link.sent


async def test_a_card_may_charge_and_is_named(rig: Rig) -> None:
    card = await rig.add_card(parent_id_tag="FLEET")
    answer = rig.device.judge("  04a1b2", rig.now)
    assert (answer.verdict, answer.parent_id_tag) == (Verdict.ACCEPTED, "FLEET")
    assert (await rig.begun(1_000, tag="04a1b2")).answer == answer
    assert rig.put_down_to() == Authorizer(AuthorizerKind.CARD, card.label, card.id)


async def test_an_operators_own_remote_start_is_accepted_and_named(rig: Rig) -> None:
    rig.device.expect_remote("OPS-1", 1)
    assert rig.device.judge("ops-1", rig.now).verdict is Verdict.ACCEPTED
    assert (await rig.begun(1_000, tag="OPS-1")).answer.verdict is Verdict.ACCEPTED
    assert rig.put_down_to() == Authorizer(AuthorizerKind.REMOTE, "Remote start")


async def test_an_operators_remote_start_that_the_device_refused_is_expected_no_longer(rig: Rig) -> None:
    rig.device.expect_remote("OPS-1", 1)
    rig.device.withdraw_remote("ops-1")
    rig.device.withdraw_remote("OPS-1")
    assert (await rig.begun(1_000, tag="OPS-1")).answer.verdict is Verdict.INVALID


async def test_to_withdraw_a_tag_takes_nothing_from_a_person(rig: Rig) -> None:
    await rig.charger.orders.start(ANNA)
    (asked,) = rig.link.asked(StartCharging)
    rig.device.withdraw_remote(asked.id_tag)
    assert (await rig.begun(1_000, tag=asked.id_tag)).answer.verdict is Verdict.ACCEPTED


async def test_an_operators_remote_start_with_a_card_is_the_cards(rig: Rig) -> None:
    card = await rig.add_card(blocked=True)
    rig.device.expect_remote(CARD, None)
    assert (await rig.begun(1_000)).answer.verdict is Verdict.BLOCKED
    assert rig.put_down_to() == Authorizer(AuthorizerKind.CARD, card.label, card.id)


async def test_an_operators_remote_start_is_for_its_outlet_and_for_a_while(rig: Rig) -> None:
    rig.device.outlet(2)
    rig.device.expect_remote("OPS-1", 2)
    assert (await rig.begun(1_000, tag="OPS-1")).answer.verdict is Verdict.INVALID
    await rig.pass_time(200)
    assert (await rig.begun(1_000, tag="OPS-1", connector=2)).answer.verdict is Verdict.INVALID


async def test_a_stranger_is_refused(rig: Rig) -> None:
    assert rig.device.judge("STRANGER", rig.now).verdict is Verdict.INVALID
