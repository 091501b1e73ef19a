"""Cards reach the devices that keep them; the device's end is scripted, with room and manners of its own."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.hub.rig import BOB, Rig

from chargedeck.domain.cards import Card, CardAnswer, Verdict
from chargedeck.domain.local_list import Kept, Piece, confirmed
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    NotSupportedError,
)
from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import IdTag
from chargedeck.hub.card_list_view import CardListState, CardListView
from chargedeck.hub.local_lists import LocalLists
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.ports import CardRoom
from chargedeck.hub.records import LocalListRecord

pytestmark = pytest.mark.virtual_time

YES, NO = CardAnswer(Verdict.ACCEPTED), CardAnswer(Verdict.BLOCKED)


class ListingDevice:
    """Keeps a list as OCPP says; `refusals` are raised one after the other instead, but for None."""

    def __init__(self, most: int | None = None, at_once: int = 100) -> None:
        self.kept = Kept(0)
        self.pieces: list[Piece] = []
        self.refusals: list[DeviceError | None] = []
        self._room = CardRoom(most, at_once)
        self.questions = 0

    async def room(self) -> CardRoom:
        return self._room

    async def version(self) -> int:
        self.questions += 1
        return self.kept.version

    async def keep(self, piece: Piece) -> None:
        self.pieces.append(piece)
        await asyncio.sleep(0.1)
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is not None:
            raise refusal
        self.kept = confirmed(self.kept, piece)


@pytest.fixture
async def device(rig: Rig) -> ListingDevice:
    await LocalLists(rig.context, rig.fleet.devices).start()
    rig.link.card_keeper = made = ListingDevice()
    return made


async def add(rig: Rig, *tags: str, blocked: bool = False) -> None:
    for tag in tags:
        await rig.context.cards.save(Card(tag, IdTag(tag), tag, blocked=blocked))


async def until(holds: Callable[[], object], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (what is waited for knows nothing of the test)
            await asyncio.sleep(0.25)


def shown(rig: Rig) -> CardListView:
    view = rig.device.view().card_list
    assert view is not None
    return view


async def settled(rig: Rig, state: CardListState = CardListState.CURRENT) -> CardListView:
    await until(lambda: rig.device.card_list is not None and shown(rig).state is state)
    return shown(rig)


async def test_a_device_without_cards_is_asked_nothing(rig: Rig, device: ListingDevice) -> None:
    rig.device.ready(rig.now)
    await asyncio.sleep(600)
    assert (device.questions, device.pieces, rig.device.card_list) == (0, [], None)


async def test_changes_of_cards_reach_the_device_as_differences(rig: Rig, device: ListingDevice) -> None:
    rig.device.ready(rig.now)
    await add(rig, "A", "B")
    view = await settled(rig)
    assert (view.version, view.cards, view.left_out) == (1, 2, 0)
    await add(rig, "B", blocked=True)
    await until(lambda: device.kept.entries == {"A": YES, "B": NO})
    await rig.context.cards.delete("A")
    await until(lambda: device.kept.entries == {"B": NO})
    assert [(piece.is_full, piece.version) for piece in device.pieces] == [(True, 1), (False, 2), (False, 3)]


async def test_a_card_that_runs_out_is_told_without_anybody_touching_it(
    rig: Rig, device: ListingDevice
) -> None:
    ends = rig.clock() + timedelta(minutes=10)
    await rig.context.cards.save(Card("A", IdTag("A"), "A", expires_at=ends))
    rig.device.ready(rig.now)
    await until(lambda: device.kept.entries == {"A": CardAnswer(Verdict.ACCEPTED, ends)})
    await until(lambda: device.kept.entries == {"A": CardAnswer(Verdict.EXPIRED, ends)}, 900)


async def test_a_locked_charger_lets_nobody_charge_offline(rig: Rig, device: ListingDevice) -> None:
    rig.device.ready(rig.now)
    await add(rig, "A")
    await settled(rig)
    await rig.charger.orders.update(ChargerChanges(locked=True), BOB)
    await until(lambda: device.kept.entries == {"A": NO})
    await rig.charger.orders.update(ChargerChanges(locked=False), BOB)
    await until(lambda: device.kept.entries == {"A": YES})


async def test_a_long_list_goes_in_pieces_and_what_there_is_no_room_for_is_told(
    rig: Rig, device: ListingDevice
) -> None:
    rig.link.card_keeper = device = ListingDevice(most=5, at_once=2)
    await add(rig, *"ABCDEFG")
    rig.device.ready(rig.now)
    view = await settled(rig)
    assert (view.version, view.cards, view.left_out) == (3, 5, 2)
    assert [len(piece.changes) for piece in device.pieces] == [2, 2, 1]
    assert [piece.is_full for piece in device.pieces] == [True, False, False]


async def test_what_was_confirmed_is_not_sent_again_after_a_restart_or_a_lost_connection(
    rig: Rig, device: ListingDevice
) -> None:
    rig.link.card_keeper = device = ListingDevice(at_once=2)
    device.refusals = [None, ChargerOfflineError()]
    await add(rig, *"ABCDE")
    rig.device.ready(rig.now)
    await until(lambda: len(device.pieces) == 2)
    assert len(device.kept.entries) == 2
    await rig.restart()
    await LocalLists(rig.context, rig.fleet.devices).start()
    rig.connect()
    rig.link.card_keeper = device
    rig.device.ready(rig.now)
    await settled(rig)
    assert dict(device.kept.entries) == dict.fromkeys("ABCDE", YES)
    assert [piece.is_full for piece in device.pieces].count(True) == 1


async def test_a_list_that_somebody_else_has_written_is_replaced(rig: Rig, device: ListingDevice) -> None:
    device.kept = Kept(7, {IdTag("STRANGER"): YES})
    await add(rig, "A")
    rig.device.ready(rig.now)
    await settled(rig)
    assert device.kept == Kept(8, {IdTag("A"): YES})


async def test_a_difference_that_is_refused_is_followed_by_the_whole_list(
    rig: Rig, device: ListingDevice
) -> None:
    rig.device.ready(rig.now)
    await add(rig, "A")
    await settled(rig)
    device.refusals.append(DeviceRefusedError("SendLocalList", Sentence("VersionMismatch")))
    await add(rig, "B")
    await until(lambda: len(device.pieces) == 3)
    await settled(rig)
    assert device.kept == Kept(2, {IdTag("A"): YES, IdTag("B"): YES})
    assert [piece.is_full for piece in device.pieces] == [True, False, True]


@pytest.mark.parametrize(
    "refusal",
    [DeviceRefusedError("SendLocalList", Sentence("Failed")), DeviceTimeoutError("SendLocalList", 30)],
)
async def test_a_failure_is_shown_and_tried_again_later_in_smaller_pieces(
    rig: Rig, device: ListingDevice, refusal: DeviceError
) -> None:
    rig.link.card_keeper = device = ListingDevice(at_once=4)
    device.refusals.append(refusal)
    await add(rig, *"ABCD")
    rig.device.ready(rig.now)
    view = await settled(rig, CardListState.FAILED)
    assert view.detail == str(refusal)
    assert (view.version, view.cards, view.left_out) == (None, 0, 4)
    assert view.retry_at == view.at + timedelta(minutes=1)
    await asyncio.sleep(50)
    assert len(device.pieces) == 1
    await settled(rig)
    assert [len(piece.changes) for piece in device.pieces] == [4, 2, 2]
    assert shown(rig).left_out == 0


async def test_a_device_that_keeps_no_list_is_left_alone_until_it_comes_again(
    rig: Rig, device: ListingDevice
) -> None:
    device.refusals.append(NotSupportedError("SendLocalList", Sentence("NotSupported")))
    await add(rig, "A")
    rig.device.ready(rig.now)
    view = await settled(rig, CardListState.UNSUPPORTED)
    assert view.answer == "NotSupported"
    await add(rig, "B")
    await asyncio.sleep(600)
    assert len(device.pieces) == 1
    rig.device.ready(rig.now)
    await settled(rig)
    assert device.kept.entries == {"A": YES, "B": YES}


@pytest.mark.parametrize(
    "entry", [{"status": "Perhaps"}, {}, "Accepted", {"status": "Accepted", "expiryDate": 7}]
)
async def test_a_list_that_was_written_in_another_form_is_sent_anew(rig: Rig, entry: Any) -> None:
    device = ListingDevice()
    device.kept = Kept(4, {IdTag("A"): NO, IdTag("Z"): YES})
    await rig.context.book.save_local_list(LocalListRecord(rig.device.id, 4, {"A": entry, "Z": entry}))
    await LocalLists(rig.context, rig.fleet.devices).start()
    rig.link.card_keeper = device
    await add(rig, "A")
    rig.device.ready(rig.now)
    await settled(rig)
    assert device.kept.entries == {"A": YES}
    assert device.pieces[0].is_full
