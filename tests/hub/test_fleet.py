"""All stations, devices and chargers: how they come, change and go."""

import asyncio
from dataclasses import replace

import pytest
from tests.hub.rig import ANNA, GARAGE, Rig
from tests.hub.scripted_link import Held, ScriptedLink
from tests.hub.surroundings import NOON

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import DeviceIdentity, OutletSeen, OutletState
from chargedeck.domain.problems import (
    ConflictError,
    InspectionRequiredError,
    OutOfRangeError,
    UnknownResourceError,
)
from chargedeck.domain.units import Amps, DeviceId, StationId
from chargedeck.hub.charger import Charger
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.fleet import HOME, Approval
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.records import StationRecord

OFFICE = StationRecord(
    StationId("office"), "Office", is_default=False, time_zone="Europe/Bucharest", created_at=NOON
)


# -- finding -----------------------------------------------------------------------------------


async def test_what_is_not_there_is_named(rig: Rig) -> None:
    for find in (rig.fleet.charger, rig.fleet.device, rig.fleet.station):
        with pytest.raises(UnknownResourceError) as problem:
            find("attic")
        assert problem.value.key == "attic"
    assert rig.fleet.charger_name(rig.charger.id) == "garage"


async def test_everything_is_shown_after_a_start(rig: Rig) -> None:
    await rig.restart()
    assert set(rig.server.screen.shown) == {("station", HOME), ("device", GARAGE), ("charger", GARAGE)}
    assert rig.fleet.station(HOME).view().time_zone == "UTC"
    assert [resource.view().id for resource in rig.server.screen.shown.values()] == [HOME, GARAGE, GARAGE]


# -- stations ----------------------------------------------------------------------------------


async def test_a_first_start_makes_a_station(rig: Rig) -> None:
    assert list(rig.fleet.stations) == [HOME]
    assert rig.fleet.default_station.record.is_default


async def test_there_is_always_exactly_one_default(rig: Rig) -> None:
    await rig.fleet.save_station(OFFICE)
    with pytest.raises(ConflictError):
        await rig.fleet.save_station(replace(rig.fleet.station(HOME).record, is_default=False))
    await rig.fleet.save_station(replace(OFFICE, is_default=True))
    for _ in range(2):
        assert {s.id: s.record.is_default for s in rig.fleet.stations.values()} == {
            HOME: False,
            "office": True,
        }
        await rig.restart()
    with pytest.raises(ConflictError):
        await rig.fleet.remove_station("office")


async def test_a_station_is_renamed(rig: Rig) -> None:
    await rig.fleet.save_station(replace(rig.fleet.station(HOME).record, name="House"))
    await rig.restart()
    assert rig.fleet.station(HOME).view().name == "House"


async def test_a_station_with_devices_or_chargers_stays(rig: Rig) -> None:
    await rig.fleet.save_station(OFFICE)
    await rig.fleet.save_station(replace(OFFICE, id=StationId("attic"), is_default=True))
    with pytest.raises(ConflictError):
        await rig.fleet.remove_station(HOME)
    await rig.fleet.update_device(GARAGE, station_id="office")
    await rig.charger.orders.update(ChargerChanges(station_id=HOME), ANNA)
    with pytest.raises(ConflictError):
        await rig.fleet.remove_station(HOME)
    await rig.charger.orders.update(ChargerChanges(station_id=StationId("office")), ANNA)
    await rig.fleet.remove_station(HOME)
    assert ("station", HOME) not in rig.server.screen.shown
    await rig.restart()
    assert set(rig.fleet.stations) == {"office", "attic"}


# -- devices -----------------------------------------------------------------------------------


async def test_a_device_is_registered_before_it_calls(rig: Rig) -> None:
    device, _ = await rig.fleet.register_device(
        DeviceId("attic"), "ocpp16", Approval("Attic", HOME, Amps(20), plug_and_charge=True)
    )
    assert device.view().charger_ids == ["attic"]
    await rig.crash()
    record = rig.fleet.charger("attic").record
    assert (record.name, record.plug_and_charge, record.station_id) == ("Attic", True, HOME)
    assert [record.installation_current_a, record.allowed_current_a] == [20.0, 20.0]
    with pytest.raises(ConflictError):
        await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    with pytest.raises(UnknownResourceError):
        await rig.fleet.register_device(
            DeviceId("cellar"), "ocpp16", Approval(station_id=StationId("nowhere"))
        )
    assert "cellar" not in rig.fleet.devices


@pytest.mark.parametrize("amps", [0, 5, 1_001, float("nan")])
def test_nothing_is_approved_on_an_installation_of_such_a_size(amps: float) -> None:
    with pytest.raises(OutOfRangeError):
        Approval(installation_current_a=Amps(amps))


async def test_a_device_takes_its_outlets_along_when_it_moves(rig: Rig) -> None:
    await rig.fleet.save_station(OFFICE)
    second = rig.device.outlet(2)
    third = rig.device.outlet(3)
    await second.orders.update(ChargerChanges(name="Yard"), ANNA)
    await rig.fleet.save_station(replace(OFFICE, id=StationId("yard")))
    await third.orders.update(ChargerChanges(station_id=StationId("yard")), ANNA)
    await rig.fleet.update_device(GARAGE, name="Wallbox", station_id="office")
    await rig.crash()
    assert rig.device.view().name == "Wallbox"
    stations = [charger.station_id for charger in rig.device.outlets]
    assert stations == ["office", "office", "yard"], "what was somewhere else stays there"
    assert rig.fleet.charger(second.id).record.name == "Yard"
    with pytest.raises(UnknownResourceError):
        await rig.fleet.update_device(GARAGE, station_id="nowhere")


async def test_a_removed_device_is_gone_and_its_history_stays(rig: Rig) -> None:
    begun = await rig.begun(1_000, tag="STRANGER")
    with pytest.raises(ConflictError):
        await rig.fleet.remove_device(GARAGE)
    await rig.end(begun.ref, 1_500)
    rig.context.log.add(GARAGE, rig.now, True, b"call 1 Boot {}")
    device, link = rig.device, rig.link
    await rig.fleet.remove_device(GARAGE)
    assert link.closed == "removed"
    assert rig.server.screen.shown.keys() & {("charger", GARAGE), ("device", GARAGE)} == set()
    # What was on its way when it was removed must not bring it back.
    device.seen(rig.ago(-3_600))
    device.identified(DeviceIdentity("ACME"), rig.now)
    device.outlets[0].seen_state(OutletSeen(rig.now, OutletState.PREPARING, "Preparing"), rig.now)
    rig.fleet.doors.detach(device, link)
    await rig.settle()
    assert rig.server.screen.shown.keys() & {("charger", GARAGE), ("device", GARAGE)} == set()
    await rig.restart()
    assert not rig.fleet.devices
    assert not rig.fleet.chargers
    assert rig.energies() == [500]
    assert rig.fleet.charger_name(device.outlets[0].id) == GARAGE


async def test_a_connection_that_was_made_while_a_device_was_removed_is_closed(rig: Rig) -> None:
    removing = asyncio.create_task(rig.fleet.remove_device(GARAGE))
    await asyncio.sleep(0)
    link = ScriptedLink()
    rig.fleet.doors.attach(GARAGE, link)
    await removing
    assert link.closed == "removed"


async def test_a_removed_outlet_is_gone_and_the_others_stay(rig: Rig) -> None:
    second = rig.device.outlet(2)
    begun = await rig.begun(1_000, connector=2)
    with pytest.raises(ConflictError):
        await rig.fleet.remove_charger(second.id)
    await rig.end(begun.ref, 1_000)
    await rig.fleet.remove_charger(second.id)
    assert [outlet.id for outlet in rig.device.outlets] == [GARAGE]
    await rig.restart()
    assert list(rig.fleet.chargers) == [GARAGE]
    rig.connect()
    rig.status(OutletState.AVAILABLE, connector=2)
    assert set(rig.fleet.chargers) == {GARAGE, second.id}, "a device that speaks of it has it"


def wires(charger: Charger) -> tuple[float, float]:
    return charger.record.installation_current_a, charger.record.allowed_current_a


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_removal_lifts_no_lock_and_widens_no_wire(rig: Rig, restarts: bool) -> None:
    rig.charger.keep(replace(rig.charger.record, installation_current_a=Amps(32)))
    rig.status(OutletState.AVAILABLE, connector=2)
    second = rig.device.outlet(2)
    assert wires(second) == (16, 16)
    await second.orders.update(ChargerChanges(installation_current_a=Amps(10)), ANNA)
    rig.status(OutletState.FAULTED, error=ErrorType.RELAY_FAILURE, connector=2)
    rig.status(OutletState.AVAILABLE, connector=2)
    await rig.fleet.remove_charger(second.id)
    if restarts:
        await rig.restart()
        rig.connect()
    rig.status(OutletState.PREPARING, connector=2)
    back = rig.fleet.charger(second.id)
    assert back is not second
    assert wires(back) == (10, 10)
    with pytest.raises(InspectionRequiredError):
        await back.orders.start(ANNA)
    await back.orders.record_inspection("A. Volta", "relay replaced", ANNA)
    await rig.fleet.remove_charger(back.id)
    rig.status(OutletState.PREPARING, connector=2)
    assert not rig.fleet.charger(second.id).record.inspection_required, "as it was when it was removed last"


async def test_a_device_that_is_registered_anew_has_its_wires_and_its_lock(rig: Rig) -> None:
    await rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(10)), ANNA)
    rig.status(OutletState.FAULTED, error=ErrorType.RELAY_FAILURE)
    for told, expected in ((None, 10), (Amps(20), 20)):
        await rig.fleet.remove_device(GARAGE)
        await rig.fleet.register_device(DeviceId(GARAGE), "ocpp16", Approval(installation_current_a=told))
        assert wires(rig.charger) == (expected, expected)
        assert rig.charger.record.inspection_required


async def test_an_order_that_was_under_way_does_not_bring_a_removed_outlet_back(rig: Rig) -> None:
    second, held = rig.device.outlet(2), Held()
    await rig.settle()
    rig.link.on(LimitCurrent, held)
    order = asyncio.create_task(second.orders.set_allowed_current(10, ANNA))
    await rig.settle()
    await rig.fleet.remove_charger(second.id)
    held.accept()
    await order
    await rig.settle()
    assert ("charger", second.id) not in rig.server.screen.shown
    await rig.restart()
    assert list(rig.fleet.chargers) == [GARAGE]


async def test_with_its_only_outlet_goes_the_device(rig: Rig) -> None:
    await rig.fleet.remove_charger(GARAGE)
    await rig.restart()
    assert not rig.fleet.devices


# -- the operator's corner -----------------------------------------------------------------------


async def test_an_operators_message_goes_to_the_device_and_is_written_down(rig: Rig) -> None:
    assert await rig.fleet.call(GARAGE, "ClearCache", {"now": True}, ANNA) == {"status": "Accepted"}
    assert rig.link.calls == [("ClearCache", {"now": True})]
    await rig.settle()
    assert rig.events("call") == [{"action": "ClearCache"}]


async def test_the_actions_are_those_of_what_a_device_speaks_or_last_spoke(rig: Rig) -> None:
    assert rig.fleet.operator_actions(GARAGE)[0] == "ocpp1.6"
    rig.disconnect()
    assert rig.fleet.operator_actions(GARAGE) == ("ocpp16", {"Reset": {"title": "ocpp16"}})


async def test_the_messages_of_a_device_can_be_read(rig: Rig) -> None:
    rig.context.log.add(GARAGE, rig.now, True, b"call 1 Heartbeat {}")
    (message,) = rig.fleet.messages(GARAGE, start=None, end=None, action="Heartbeat", limit=10)
    assert (message.action, message.incoming) == ("Heartbeat", True)
