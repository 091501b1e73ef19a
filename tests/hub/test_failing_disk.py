"""A disk that takes nothing: no device is told that it did, and what is told again counts once."""

import pytest
from tests.hub.disk import MemoryDisk
from tests.hub.memory import Memory
from tests.hub.rig import ANNA, CARD, GARAGE, Rig

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.units import Amps, DeviceId
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.fleet import Approval

pytestmark = pytest.mark.virtual_time

HOUR = 3_600


@pytest.fixture
async def memory(rig: Rig) -> Memory:
    """The disk, with a card on it."""
    await rig.add_card()
    assert isinstance(rig.disk, MemoryDisk)
    return rig.disk.memory


async def test_a_start_is_not_answered_with_a_number(rig: Rig, memory: Memory) -> None:
    at = rig.now
    memory.failing = True
    assert await rig.begin(1_000) is None
    assert await rig.begin(1_000, at=at) is None
    memory.failing = False
    begun = await rig.begun(1_000, at=at)
    await rig.end(begun.ref, 1_400)
    assert rig.energies() == [400]


async def test_a_session_is_not_limited_by_a_number_that_its_device_was_not_told(
    rig: Rig, memory: Memory
) -> None:
    await rig.settle()
    at = rig.now
    rig.link.sent.clear()
    memory.failing = True
    assert await rig.begin(1_000) is None
    await rig.pass_time(10)
    assert rig.link.sent == []
    memory.failing = False
    begun = await rig.begun(1_000, at=at)
    await rig.settle()
    assert rig.link.sent == [LimitCurrent(1, Amps(16), Amps(16), str(begun.ref))]


async def test_a_start_from_the_queue_is_not_answered_either(rig: Rig, memory: Memory) -> None:
    memory.failing = True
    assert await rig.begin(1_000, at=rig.ago(HOUR)) is None
    memory.failing = False
    begun = await rig.begun(1_000, at=rig.ago(HOUR))
    await rig.end(begun.ref, 1_400, at=rig.ago(60))
    assert rig.energies() == [400]


async def test_a_stop_is_told_again_until_it_is_stored(rig: Rig, memory: Memory) -> None:
    begun = await rig.begun(1_000)
    memory.failing = True
    assert await rig.end(begun.ref, 1_400, tag=CARD) == (False, begun.answer)
    assert await rig.end(begun.ref, 1_400) == (False, None)
    memory.failing = False
    assert await rig.end(begun.ref, 1_400) == (True, None)
    assert rig.energies() == [400]


async def test_an_unknown_stop_is_recorded_once(rig: Rig, memory: Memory) -> None:
    at, readings = rig.now, [rig.reading(100)]
    memory.failing = True
    for _ in range(2):
        assert await rig.end(-1, 500, at=at, readings=readings) == (False, None)
    memory.failing = False
    assert await rig.end(-1, 500, at=at, readings=readings) == (True, None)
    assert rig.energies() == [400]


async def test_a_reading_is_not_confirmed(rig: Rig, memory: Memory) -> None:
    begun = await rig.begun(1_000)
    memory.failing = True
    assert not await rig.meter(1_100, ref=begun.ref)
    memory.failing = False
    assert await rig.meter(1_100, ref=begun.ref)


async def test_a_setting_that_is_not_on_disk_is_not_confirmed(rig: Rig, memory: Memory) -> None:
    memory.failing = True
    with pytest.raises(StorageUnavailableError):
        await rig.charger.orders.set_allowed_current(10, ANNA)
    assert rig.charger.orders.pending == ()
    with pytest.raises(StorageUnavailableError):
        await rig.charger.orders.record_inspection("Ion", "fine", ANNA)


async def test_a_device_that_could_not_be_removed_is_still_there(rig: Rig, memory: Memory) -> None:
    memory.failing = True
    with pytest.raises(StorageUnavailableError):
        await rig.fleet.remove_device(GARAGE)
    with pytest.raises(StorageUnavailableError):
        await rig.fleet.register_device(DeviceId("attic"), "ocpp16", Approval())
    memory.failing = False
    rig.connect()
    await rig.charger.orders.set_allowed_current(10, ANNA)
    await rig.restart()
    assert rig.charger.record.allowed_current_a == 10.0


async def test_a_charger_that_could_not_be_removed_is_still_there(rig: Rig, memory: Memory) -> None:
    second = rig.device.outlet(2)
    memory.failing = True
    with pytest.raises(StorageUnavailableError):
        await rig.fleet.remove_charger(second.id)
    memory.failing = False
    await second.orders.set_allowed_current(10, ANNA)
    await rig.restart()
    assert rig.fleet.charger(second.id).record.allowed_current_a == 10.0


async def test_without_numbers_left_no_session_begins(rig: Rig, memory: Memory) -> None:
    ids = rig.context.transaction_ids
    memory.failing = True
    for _ in range(16_384):
        ids.take()
    assert await rig.begin(1_000) is None
    assert rig.charger.session is None
    memory.failing = False
    assert await rig.begin(1_000) is None, "this one has the numbers refilled"
    await rig.settle()
    assert await rig.begin(1_000) is not None
