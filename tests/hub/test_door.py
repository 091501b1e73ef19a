"""Who may connect: known devices by their password, unknown ones to be approved first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.hub.disk import Disk
from tests.hub.rig import ANNA, GARAGE, Rig, rig_on
from tests.hub.scripted_link import ScriptedLink

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.units import Amps, DeviceId
from chargedeck.hub.devices import MOST_PENDING, MOST_PENDING_AT_ADDRESS, Admission, UnknownPolicy
from chargedeck.hub.fleet import Approval

HERE, THERE = "192.0.2.7", "192.0.2.99"


async def knock(
    rig: Rig, device_id: str = "attic", password: bytes | None = None, address: str = HERE
) -> Admission:
    """Ask to be let in."""
    return await rig.fleet.doors.admit(device_id, password=password, address=address, driver="ocpp16")


@pytest.fixture
async def open_door(disk: Disk) -> AsyncIterator[Rig]:
    """A hub that lets everybody in."""
    async with rig_on(disk, unknown=UnknownPolicy.ACCEPT) as made:
        yield made


@pytest.fixture
async def closed_door(disk: Disk) -> AsyncIterator[Rig]:
    """A hub that turns strangers away."""
    async with rig_on(disk, unknown=UnknownPolicy.REJECT) as made:
        yield made


# -- strangers ---------------------------------------------------------------------------------


async def test_a_stranger_waits_to_be_approved_and_can_do_nothing(rig: Rig) -> None:
    assert await knock(rig) is Admission.PENDING
    assert await knock(rig) is Admission.PENDING
    device = rig.fleet.device("attic")
    link = ScriptedLink()
    rig.fleet.doors.attach("attic", link)
    view = device.view()
    assert (view.state, view.charger_ids, view.driver, view.has_password) == ("pending", [], "ocpp16", False)
    assert list(rig.fleet.chargers) == [GARAGE]
    await rig.settle()
    assert len(rig.events("device_introduced")) == 1
    await rig.crash()
    assert rig.fleet.device("attic").view().state == "pending"


async def test_an_approved_stranger_is_let_in_as_its_owner_says(rig: Rig) -> None:
    await knock(rig)
    link = ScriptedLink()
    rig.fleet.doors.attach("attic", link)
    await rig.fleet.approve("attic", Approval("Attic", None, Amps(20), plug_and_charge=True), ANNA)
    assert link.approvals == 1
    link.is_alive = False
    assert await knock(rig) is Admission.ADMITTED
    charger = rig.fleet.charger("attic")
    assert (charger.record.name, charger.record.plug_and_charge) == ("Attic", True)
    assert [charger.record.installation_current_a, charger.record.allowed_current_a] == [20.0, 20.0]
    with pytest.raises(ConflictError):
        await rig.fleet.approve("attic", Approval(), ANNA)
    await rig.crash()
    assert rig.fleet.charger("attic").record.installation_current_a == 20.0


async def test_a_stranger_at_a_closed_door_leaves_no_trace(closed_door: Rig) -> None:
    assert await knock(closed_door) is Admission.UNKNOWN
    assert not closed_door.fleet.devices


async def test_a_stranger_at_an_open_door_may_charge_at_once(open_door: Rig) -> None:
    assert await knock(open_door) is Admission.ADMITTED
    await open_door.settle()
    await open_door.crash()
    assert open_door.fleet.charger("attic").record.plug_and_charge


async def test_only_so_many_strangers_are_remembered(rig: Rig) -> None:
    for number in range(MOST_PENDING - 1):
        assert await knock(rig, f"stranger-{number}") is Admission.PENDING
        rig.clock.turn(1)
    rig.fleet.doors.attach("stranger-0", ScriptedLink())
    answers = await asyncio.gather(*(knock(rig, f"late-{number}", b"secret") for number in range(3)))
    assert set(answers) == {Admission.PENDING}
    assert sum(not device.approved for device in rig.fleet.devices.values()) == MOST_PENDING
    assert {"stranger-0", "late-2"} <= rig.fleet.devices.keys(), "one that is here keeps its place"
    assert "stranger-1" not in rig.fleet.devices, "the one that has been away the longest gives way"
    await rig.settle()
    await rig.restart()
    assert "stranger-1" not in rig.fleet.devices


async def test_no_address_takes_the_places_of_others(rig: Rig) -> None:
    for number in range(MOST_PENDING_AT_ADDRESS):
        assert await knock(rig, f"stranger-{number}") is Admission.PENDING
        rig.fleet.doors.attach(f"stranger-{number}", ScriptedLink())
    address = rig.fleet.device("stranger-0").address
    assert address is not None
    assert await knock(rig, "one-more", address=address) is Admission.UNKNOWN
    assert await knock(rig, "one-more", address="192.0.2.77") is Admission.PENDING


async def test_two_strangers_of_one_name_at_the_same_time_are_one(rig: Rig) -> None:
    answers = await asyncio.gather(*(knock(rig, "attic", b"secret") for _ in range(2)))
    assert sorted(answers) == [Admission.BUSY, Admission.PENDING]


# -- passwords ---------------------------------------------------------------------------------


async def test_a_password_that_a_stranger_brings_is_its_password_from_then_on(rig: Rig) -> None:
    assert await knock(rig, password=b"secret") is Admission.PENDING
    assert await knock(rig, password=b"secret") is Admission.PENDING
    assert await knock(rig, password=b"guess") is Admission.UNAUTHORIZED
    assert await knock(rig) is Admission.UNAUTHORIZED
    await rig.settle()
    await rig.crash()
    assert await knock(rig, password=b"guess") is Admission.UNAUTHORIZED
    assert await knock(rig, password=b"secret") is Admission.PENDING


async def test_a_registered_device_needs_the_password_that_was_made_for_it(rig: Rig) -> None:
    device, password = await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval("Attic"))
    assert device.view().state == "approved"
    assert device.view().has_password
    assert await knock(rig) is Admission.UNAUTHORIZED
    assert await knock(rig, password=b"") is Admission.UNAUTHORIZED
    assert await knock(rig, password=password.encode()) is Admission.ADMITTED
    assert await knock(rig, password=password.encode() + b"x") is Admission.UNAUTHORIZED
    assert password not in repr(device.record)


async def test_a_device_is_never_there_without_its_password(rig: Rig) -> None:
    registering = asyncio.create_task(rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval()))
    other = asyncio.create_task(rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval()))
    while not registering.done():
        device = rig.fleet.devices.get("attic")
        assert device is None or device.record.password is not None
        await asyncio.sleep(0)
    results = await asyncio.gather(registering, other, return_exceptions=True)
    assert sum(isinstance(result, ConflictError) for result in results) == 1


@pytest.mark.parametrize(
    "key", [pytest.param("00FF8040C0FFEE11", id="bytes"), pytest.param("41424344454647ff", id="lower case")]
)
async def test_a_hexadecimal_key_is_taken_as_text_and_as_its_bytes(rig: Rig, key: str) -> None:
    await rig.add_device("attic")
    await rig.fleet.doors.set_password(rig.fleet.device("attic"), key)
    assert await knock(rig, password=key.encode()) is Admission.ADMITTED
    assert await knock(rig, password=bytes.fromhex(key)) is Admission.ADMITTED
    assert await knock(rig, password=bytes.fromhex(key)[:-1]) is Admission.UNAUTHORIZED


async def test_a_key_whose_bytes_happen_to_be_text_is_taken_too(rig: Rig) -> None:
    await rig.add_device("attic")
    await rig.fleet.doors.set_password(rig.fleet.device("attic"), "41424344")
    assert await knock(rig, password=b"ABCD") is Admission.ADMITTED


async def test_a_new_password_takes_the_place_of_the_one_before(rig: Rig) -> None:
    _, old = await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    assert await knock(rig, password=old.encode()) is Admission.ADMITTED
    new = await rig.fleet.new_password("attic")
    assert await knock(rig, password=old.encode()) is Admission.UNAUTHORIZED
    assert await knock(rig, password=new.encode()) is Admission.ADMITTED
    await rig.crash()
    assert await knock(rig, password=new.encode()) is Admission.ADMITTED


async def test_a_password_that_is_changed_while_it_is_proved_does_not_let_in(rig: Rig) -> None:
    _, old = await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    proving = asyncio.create_task(knock(rig, password=old.encode()))
    await asyncio.sleep(0)
    device = rig.fleet.device("attic")
    device.keep(replace(device.record, password="another"))
    assert await proving is Admission.UNAUTHORIZED


# -- one live connection -----------------------------------------------------------------------


async def without_password(rig: Rig) -> ScriptedLink:
    """A connected device that has never shown a password."""
    await knock(rig)
    await rig.fleet.approve("attic", Approval(), ANNA)
    link = ScriptedLink(HERE)
    rig.fleet.doors.attach("attic", link)
    return link


async def test_without_a_password_a_newcomer_waits_for_the_one_that_still_answers(rig: Rig) -> None:
    link = await without_password(rig)
    assert await knock(rig, address=THERE) is Admission.BUSY
    link.is_alive = False
    assert await knock(rig, address=THERE) is Admission.ADMITTED
    assert await knock(rig, address=HERE) is Admission.ADMITTED, "the same unit, back after a reboot"


async def test_a_password_that_is_set_meanwhile_shuts_the_newcomer_out(rig: Rig) -> None:
    link = await without_password(rig)
    link.is_alive = False
    newcomer = asyncio.create_task(knock(rig, address=THERE))
    await asyncio.sleep(0)
    device = rig.fleet.device("attic")
    device.keep(replace(device.record, password="another"))
    assert await newcomer is Admission.UNAUTHORIZED


async def test_with_its_password_a_newcomer_is_let_in_whoever_is_there(rig: Rig) -> None:
    _, password = await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    rig.fleet.doors.attach("attic", ScriptedLink(HERE))
    assert await knock(rig, password=password.encode(), address=THERE) is Admission.ADMITTED


async def test_a_device_that_was_removed_since_it_was_let_in_is_turned_away(rig: Rig) -> None:
    await without_password(rig)
    await rig.fleet.remove_device("attic")
    with pytest.raises(UnknownResourceError):
        rig.fleet.doors.attach("attic", ScriptedLink())


async def test_a_device_that_is_being_removed_is_turned_away(rig: Rig) -> None:
    device, password = await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    proving = asyncio.create_task(knock(rig, password=password.encode()))
    await asyncio.sleep(0)
    device.retire()
    assert await proving is Admission.UNAUTHORIZED
    assert await knock(rig, password=password.encode()) is Admission.UNKNOWN


async def test_the_driver_of_a_device_is_known_before_it_comes(rig: Rig) -> None:
    assert rig.fleet.doors.driver_of(GARAGE) == "ocpp16"
    assert rig.fleet.doors.driver_of("attic") is None
