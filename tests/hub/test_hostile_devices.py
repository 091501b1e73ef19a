"""What strangers and hostile devices may not do: fill the disk or the memory, or take another's place."""

import pytest
from tests.hub.rig import ANNA, Rig
from tests.hub.scripted_link import ScriptedLink
from tests.hub.surroundings import NOON, decoded

from chargedeck.hub.devices import Admission
from chargedeck.hub.fleet import Approval
from chargedeck.hub.message_log import MOST_BYTES, TOTAL_BYTES, MessageLog

HERE = "192.0.2.7"


def links(rig: Rig) -> int:
    """How often a device has come or gone, as far as that was written down."""
    return len(rig.events("online")) + len(rig.events("offline"))


async def come_and_go(rig: Rig) -> None:
    """Connect once, and hang up."""
    link = ScriptedLink(HERE)
    device = rig.fleet.doors.attach("attic", link)
    rig.fleet.doors.detach(device, link)
    await rig.settle()


async def test_a_stranger_that_comes_and_goes_leaves_no_events(rig: Rig) -> None:
    await rig.fleet.doors.admit("attic", password=None, address=HERE, driver="ocpp16")
    await rig.settle()
    before = links(rig)
    await come_and_go(rig)
    assert links(rig) == before
    await rig.fleet.approve("attic", Approval(), ANNA)
    await come_and_go(rig)
    assert links(rig) == before + 2


async def test_without_a_password_not_even_a_neighbour_takes_a_live_device_s_place(rig: Rig) -> None:
    """Behind a proxy or a router all devices come from one address."""
    await rig.fleet.doors.admit("attic", password=None, address=HERE, driver="ocpp16")
    await rig.fleet.approve("attic", Approval(), ANNA)
    link = ScriptedLink(HERE)
    rig.fleet.doors.attach("attic", link)
    doors = rig.fleet.doors
    assert await doors.admit("attic", password=None, address=HERE, driver="ocpp16") is Admission.BUSY
    link.is_alive = False
    assert await doors.admit("attic", password=None, address=HERE, driver="ocpp16") is Admission.ADMITTED


async def test_an_empty_password_is_not_shown_as_one(rig: Rig) -> None:
    await rig.fleet.doors.admit("attic", password=b"", address=HERE, driver="ocpp16")
    assert not rig.fleet.device("attic").view().has_password


@pytest.mark.parametrize(("devices", "most"), [(1, MOST_BYTES), (100, TOTAL_BYTES)])
def test_large_frames_take_no_more_memory_than_there_is(devices: int, most: int) -> None:
    log, kept = MessageLog(decoded), 0
    raw = b"call 1 Heartbeat " + b"x" * 64_000
    for number in range(devices):
        for _ in range(100):
            log.add(f"device-{number}", NOON, True, raw)
    for number in range(devices):
        log.add(f"device-{number}", NOON, True, raw)
        kept += len(log.read(f"device-{number}", limit=1_000))
    assert 0 < kept * len(raw) <= most


def test_the_newest_frame_is_kept_however_large() -> None:
    log = MessageLog(decoded)
    for number in range(10_000):
        log.add(f"device-{number}", NOON, True, b"call 1 Heartbeat " + b"x" * 20_000)
    assert len(log.read("device-9999")) == 1
