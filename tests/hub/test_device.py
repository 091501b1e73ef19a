"""A device: its outlets, its connection, and what it says of itself."""

from datetime import timedelta

import pytest
from tests.hub.rig import ANNA, CARD, GARAGE, Rig
from tests.hub.scripted_link import ScriptedLink

from chargedeck.domain.cards import Verdict
from chargedeck.domain.events import DeviceIdentity, OutletState, Updating
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import Amps
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.records import SignedValue

pytestmark = pytest.mark.virtual_time


# -- outlets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("connector", [-1, 0, 17, 1_000_000])
async def test_there_is_no_such_outlet(rig: Rig, connector: int) -> None:
    with pytest.raises(UnknownResourceError):
        rig.device.outlet(connector)
    assert list(rig.fleet.chargers) == [GARAGE]


async def test_another_outlet_is_made_when_it_is_heard_of_and_is_like_the_first_but_for_wires(
    rig: Rig,
) -> None:
    await rig.charger.orders.update(
        ChargerChanges(installation_current_a=Amps(20), plug_and_charge=True), ANNA
    )
    rig.status(OutletState.PREPARING, connector=3)
    rig.status(OutletState.PREPARING, connector=2)
    assert [outlet.id for outlet in rig.device.outlets] == ["garage", "garage~2", "garage~3"]
    await rig.settle()
    await rig.crash()
    third = rig.fleet.charger("garage~3").record
    assert (third.name, third.connector, third.plug_and_charge) == ("garage 3", 3, True)
    assert [third.installation_current_a, third.allowed_current_a] == [16.0, 16.0]


# -- the connection ----------------------------------------------------------------------------


async def test_a_newer_connection_takes_the_place_of_the_one_before(rig: Rig) -> None:
    old = rig.link
    new = rig.connect(ScriptedLink("192.0.2.8"))
    assert old.closed == "replaced by a newer connection"
    rig.fleet.doors.detach(rig.device, old)
    assert rig.device.link is new
    assert rig.device.view().address == "192.0.2.8"
    await rig.settle()
    assert len(rig.events("online")) == 1, "it was never gone"
    assert rig.events("offline") == []


async def test_coming_and_going_is_written_down(rig: Rig) -> None:
    await rig.pass_time(10)
    rig.disconnect()
    since = rig.now
    await rig.settle()
    assert (len(rig.events("online")), len(rig.events("offline"))) == (1, 1)
    view = rig.device.view()
    assert (view.connected, view.address, view.protocol) == (False, None, None)
    assert rig.charger.view().connection.since == since


async def test_when_it_was_last_seen_is_kept_now_and_then_and_at_the_end(rig: Rig) -> None:
    for _ in range(400):
        await rig.pass_time(1)
        rig.device.seen(rig.now)
    stored = rig.device.record.last_seen_at
    assert stored is not None
    assert timedelta(0) < rig.now - stored < timedelta(minutes=5)
    rig.disconnect()
    await rig.settle()
    last = rig.now
    await rig.crash()
    assert rig.device.view().last_seen_at == last


# -- what it says of itself ----------------------------------------------------------------------


async def test_what_a_device_says_it_is(rig: Rig) -> None:
    rig.device.identified(DeviceIdentity("ACME", "One", "S1", "1.0"), rig.now)
    await rig.settle()
    await rig.crash()
    device, charger = rig.device.view(), rig.charger.view()
    for view in (device, charger):
        assert (view.vendor, view.model, view.serial, view.firmware) == ("ACME", "One", "S1", "1.0")


async def test_new_firmware_shows_until_the_device_starts_anew(rig: Rig) -> None:
    rig.device.updating(Updating(active=True, word="Installing"), rig.now)
    assert rig.charger.view().status_reason == "updating"
    assert rig.device.view().firmware_status == "Installing"
    rig.device.identified(DeviceIdentity("ACME", "One", "S1", "2.0"), rig.now)
    assert rig.charger.view().status_reason is None
    rig.device.updating(Updating(active=True, word="Installing"), rig.now)
    rig.disconnect()
    rig.connect()
    assert rig.charger.view().status_reason is None
    await rig.settle()
    assert rig.events("firmware") == [{"status": "Installing"}] * 2


async def test_a_clock_that_is_off_is_shown_and_written_down_when_it_matters(rig: Rig) -> None:
    for offset_s in (2.0, 2.5, 90.4, 90.6, 3_600.0):
        rig.device.clock(offset_s, rig.now)
    assert rig.device.view().clock_offset_s == rig.charger.view().clock_offset_s == 3_600
    await rig.settle()
    assert rig.events("clock_off") == [{"offset_s": 90}, {"offset_s": 3_600}]


async def test_notes_are_written_down(rig: Rig) -> None:
    rig.device.note("security_event", {"type": "TamperDetected"}, rig.now)
    rig.device.note("diagnostics_status", {"status": "Uploading"}, rig.now)
    assert rig.device.view().diagnostics_status == "Uploading"
    await rig.settle()
    assert rig.events("security_event") == [{"type": "TamperDetected"}]


async def test_signed_values_are_kept_as_they_are(rig: Rig) -> None:
    value = SignedValue(rig.device.id, 1, "7", rig.now, "Transaction.End", "OCMF|{}|{}")
    rig.device.signed(value)
    await rig.settle()
    assert rig.disk.memory.tables.signed == [value]  # type: ignore[attr-defined]


# -- cards -------------------------------------------------------------------------------------


async def test_a_card_is_judged_for_whichever_outlet_takes_it(rig: Rig) -> None:
    await rig.add_card(expires_at=rig.ago(-60))
    rig.device.outlet(2)
    await rig.charger.orders.update(ChargerChanges(locked=True), ANNA)
    answer = rig.device.judge(CARD, rig.now)
    assert (answer.verdict, answer.expires_at) == (Verdict.ACCEPTED, rig.ago(-60))
    await rig.pass_time(61)
    assert rig.device.judge(CARD, rig.now).verdict is Verdict.EXPIRED
