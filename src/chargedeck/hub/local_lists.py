"""Brings the cards to the devices that keep a list of them, so that they charge while we cannot be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.domain import local_list
from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.local_list import UNKNOWN_VERSION, Kept, Outlet
from chargedeck.domain.problems import ChargerOfflineError, DeviceError, DeviceRefusedError, NotSupportedError
from chargedeck.domain.units import DeviceId, IdTag, StationId
from chargedeck.hub.card_list_view import CardListState, CardListView
from chargedeck.hub.records import LocalListRecord
from chargedeck.hub.upkeep import Upkeep

if TYPE_CHECKING:
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device
    from chargedeck.hub.ports import CardKeeper, CardRoom

logger = logging.getLogger(__name__)

GATHER_S = 1.0
"""Whoever changes one card often changes another."""

LOOKED_THROUGH_EVERY_S = 300.0
"""Cards run out without anybody doing anything."""

RETRIES_S = (60, 300, 900, 3600)
"""A device's flash memory is not written to in vain."""

RETRY_LOOK_S = 15.0
"""How often it is looked for devices whose time to be tried again has come."""

AT_ONCE = 20
"""Devices that are told at the same time."""


class LocalLists:
    """The lists of all devices; what each confirmed is on disk before the next piece goes."""

    def __init__(self, context: Context, devices: Mapping[str, Device]) -> None:
        self._context = context
        self._devices = devices
        self._kept: dict[str, Kept] = {}
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._unsupported: set[str] = set()
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, datetime] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._upkeep = Upkeep(
            self._look_through, "Cards are sent", again_s=LOOKED_THROUGH_EVERY_S, settle_s=GATHER_S
        )

    async def start(self) -> None:
        """Take up what the devices confirmed before, and keep them up to date from now on."""
        for record in await self._context.book.local_lists():
            self._kept[record.device_id] = _taken_up(record)
        self._context.device_ears.append(self.due)
        self._context.cards.on_change.append(self._upkeep.wake)
        self._context.tasks.start(self._upkeep.run(), name="local-lists")

    async def _look_through(self) -> float:
        for memory in (self._kept, self._failures, self._not_before):
            for gone in memory.keys() - self._devices.keys():
                del memory[gone]
        for device in tuple(self._devices.values()):
            if device.is_ready and device.approved and not self._may_rest(device):
                self._begin(device, ask=device.id in self._failures)
                await asyncio.sleep(0)
        return RETRY_LOOK_S if self._not_before else LOOKED_THROUGH_EVERY_S

    def _may_rest(self, device: Device) -> bool:
        """Whether it keeps no list, or refused not long ago."""
        retry_at = self._not_before.get(device.id)
        has_failed = retry_at is not None and self._context.now() < retry_at
        return has_failed or device.id in self._unsupported

    def due(self, device: Device) -> None:
        """A device has come, or something about it has changed: its list may not be what it should be."""
        self._unsupported.discard(device.id)
        self._begin(device, ask=True)

    def _begin(self, device: Device, *, ask: bool) -> None:
        if device.id in self._busy:
            self._again.add(device.id)
            return
        self._busy.add(device.id)
        self._context.tasks.start(self._bring(device, ask=ask), name=f"local-list-{device.id}")

    async def _bring(self, device: Device, *, ask: bool) -> None:
        try:
            while True:
                self._again.discard(device.id)
                async with self._turns:
                    await self._bring_once(device, ask=ask)
                if device.id not in self._again:
                    break
                ask = True
        except ChargerOfflineError:
            logger.debug("%s: gone before it had its cards", device.id)
        finally:
            self._busy.discard(device.id)

    async def _bring_once(self, device: Device, *, ask: bool) -> None:
        keeper = None if device.link is None else device.link.card_keeper
        kept = self._kept.get(device.id)
        wanted = self.wanted(device)
        if keeper is None or not device.approved or not device.is_ready or not (wanted or kept):
            return
        if not ask and kept is not None and kept.entries == wanted:
            return
        try:
            room = await keeper.room()
            fitting = local_list.fitting(wanted, room.most)
            if not ask and kept is not None and kept.entries == fitting:
                return
            await self._send(device, keeper, room, fitting)
        except NotSupportedError as error:
            self._unsupported.add(device.id)
            self._show(device, CardListState.UNSUPPORTED, wanted, error=error)
        except ChargerOfflineError:
            raise
        except DeviceError as error:
            self._failed(device, wanted, error)
        else:
            self._failures.pop(device.id, None)
            self._not_before.pop(device.id, None)
            self._show(device, CardListState.CURRENT, wanted)

    async def _send(
        self, device: Device, keeper: CardKeeper, room: CardRoom, wanted: Mapping[IdTag, CardAnswer]
    ) -> None:
        """Piece by piece; smaller ones to a device that did not take one."""
        at_once = max(1, room.at_once >> self._failures.get(device.id, 0))
        at_device = await keeper.version()
        while True:
            kept = self._kept.get(device.id)
            piece = local_list.next_piece(kept, at_device, wanted, at_once)
            if piece is None:
                return
            self._show(device, CardListState.SENDING, wanted)
            try:
                await keeper.keep(piece)
            except (ChargerOfflineError, NotSupportedError):
                raise
            except DeviceError as error:
                await self._keep(device, Kept(UNKNOWN_VERSION))
                if piece.is_full:
                    raise
                logger.info("%s: sent all its cards anew: %s", device.id, error)
                continue
            await self._keep(device, local_list.confirmed(kept, piece))
            at_device = piece.version

    async def _keep(self, device: Device, kept: Kept) -> None:
        self._kept[device.id] = kept
        entries = {str(tag): _written(judged) for tag, judged in kept.entries.items()}
        await self._context.book.save_local_list(LocalListRecord(device.id, kept.version, entries))

    def _failed(self, device: Device, wanted: Collection[IdTag], error: DeviceError) -> None:
        reason = str(error)
        failures = self._failures[device.id] = self._failures.get(device.id, 0) + 1
        wait = timedelta(seconds=RETRIES_S[min(failures, len(RETRIES_S)) - 1])
        now = self._context.now()
        self._not_before[device.id] = now + wait
        if failures == 1:
            logger.warning("%s did not take its cards: %s", device.id, reason)
            self._context.event("local_list_failed", now, device=DeviceId(device.id), reason=reason)
        self._show(device, CardListState.FAILED, wanted, error=error, retry_at=now + wait)
        self._upkeep.wake()

    def wanted(self, device: Device) -> dict[IdTag, CardAnswer]:
        """The cards that the device should keep."""
        cards = self._context.cards
        outlets = [
            Outlet(StationId(one.station_id), one.id, one.record.locked or one.record.inspection_required)
            for one in device.outlets
        ]
        held = ((card, cards.holder(card)) for card in cards.items)
        return local_list.listed(held, outlets, self._context.now()) if outlets else {}

    def _show(
        self,
        device: Device,
        state: CardListState,
        wanted: Collection[IdTag],
        *,
        error: DeviceError | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        kept = self._kept.get(device.id, Kept(0))
        known = None if kept.version == UNKNOWN_VERSION else kept.version
        device.card_list = CardListView(
            state,
            version=known,
            cards=len(kept.entries),
            left_out=max(0, len(wanted) - len(kept.entries)),
            detail=None if error is None else str(error),
            answer=str(error.reason) if isinstance(error, DeviceRefusedError) else None,
            at=self._context.now(),
            retry_at=retry_at,
        )
        device.show()


def _written(judged: CardAnswer) -> dict[str, str]:
    info = {"status": judged.verdict.value}
    if judged.expires_at is not None:
        info["expiryDate"] = judged.expires_at.isoformat()
    if judged.parent_id_tag is not None:
        info["parentIdTag"] = judged.parent_id_tag
    return info


def _taken_up(record: LocalListRecord) -> Kept:
    """What was written; in a form that is not ours any more it is as good as nothing: all is sent anew."""
    try:
        return Kept(record.version, {IdTag(tag): _judged(info) for tag, info in record.entries.items()})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        logger.warning("%s: its list of cards cannot be read and is sent anew: %r", record.device_id, error)
        return Kept(UNKNOWN_VERSION)


def _judged(info: Mapping[str, Any]) -> CardAnswer:
    expiry, parent = info.get("expiryDate"), info.get("parentIdTag")
    return CardAnswer(
        Verdict(info["status"]),
        None if expiry is None else datetime.fromisoformat(expiry),
        None if parent is None else IdTag(parent),
    )
