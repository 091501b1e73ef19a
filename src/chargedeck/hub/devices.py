"""Who may connect: known devices by their password, unknown ones to be approved first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import DeviceId, StationId
from chargedeck.hub import device_passwords
from chargedeck.hub.device import Device
from chargedeck.hub.device_passwords import Verified
from chargedeck.hub.records import DeviceRecord

if TYPE_CHECKING:
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import OutletMade
    from chargedeck.hub.ports import DeviceLink

logger = logging.getLogger(__name__)

MOST_PENDING = 100
"""Unknown devices that are remembered, or anyone could fill the disk; one more takes the place of the
one that has been away the longest."""

MOST_PENDING_AT_ADDRESS = 25
"""Unknown devices that may be connected from one address, so that nobody else's place is taken."""


class UnknownPolicy(StrEnum):
    """What becomes of a device that nobody has registered."""

    PENDING = "pending"
    REJECT = "reject"
    ACCEPT = "accept"


class Admission(StrEnum):
    """The answer to a device that wants to connect."""

    ADMITTED = "admitted"
    PENDING = "pending"
    UNAUTHORIZED = "unauthorized"
    UNKNOWN = "unknown"
    BUSY = "busy"


async def hashed(password: bytes) -> str:
    """The password's hash to keep; made off the loop."""
    return await asyncio.to_thread(device_passwords.stored, password)


class Devices:
    """All devices, and the door they come in by."""

    def __init__(
        self,
        context: Context,
        *,
        unknown: UnknownPolicy,
        default_station: Callable[[], StationId],
        made: OutletMade,
    ) -> None:
        self._context = context
        self._unknown = unknown
        self._default_station = default_station
        self._made = made
        self._verified = Verified()
        self.items: dict[str, Device] = {}

    def add(self, record: DeviceRecord) -> Device:
        """Take up a device."""
        device = self.items[record.id] = Device(record, self._context, self._made)
        return device

    def drop(self, device: Device) -> None:
        """Forget a device that was removed, and hang up on a connection that was made meanwhile."""
        device.retire()
        del self.items[device.id]
        self._verified.forget(device.id)

    # -- the door ------------------------------------------------------------------------------

    def admit_at_once(self, device_id: str, *, password: bytes | None, address: str) -> Admission | None:
        """The answer where it takes no time to find; None where `admit` must be asked."""
        device = self.items.get(device_id)
        if device is None:
            return Admission.UNKNOWN if self._full(address) else None
        if device.retired:
            return Admission.UNKNOWN
        if device.record.password is not None:
            if password is None:
                return Admission.UNAUTHORIZED
            return self._let_in(device) if self._verified.knows(device_id, password) else None
        if device.link is not None:
            return None
        return self._let_in(device)

    async def admit(self, device_id: str, *, password: bytes | None, address: str, driver: str) -> Admission:
        """Decide whether a device may connect; an unknown one is written down to be approved."""
        answer = self.admit_at_once(device_id, password=password, address=address)
        if answer is not None:
            return answer
        device = self.items.get(device_id)
        if device is None:
            return await self._introduce(device_id, password, driver, address)
        kept = device.record.password
        if kept is None:
            # Nothing proves who it is, so it may only take the place of a connection that is dead.
            if device.link is not None and await device.link.answers():
                logger.warning("%s: a second connection from %s was turned away", device_id, address)
                return Admission.BUSY
            changed = device.retired or device.record.password is not None
            return Admission.UNAUTHORIZED if changed else self._let_in(device)
        for spelling in device_passwords.spellings(password or b""):
            if await asyncio.to_thread(device_passwords.matches, spelling, kept):
                if device.retired or device.record.password != kept:
                    break  # while the proof was under way
                self._verified.remember(device_id, password or b"")
                return self._let_in(device)
        return Admission.UNAUTHORIZED

    @staticmethod
    def _let_in(device: Device) -> Admission:
        return Admission.ADMITTED if device.approved else Admission.PENDING

    def _full(self, address: str) -> bool:
        """Whether there is no place for one more stranger."""
        if self._unknown is not UnknownPolicy.PENDING:
            return self._unknown is UnknownPolicy.REJECT
        present = [device.address for device in self._strangers if device.link is not None]
        return len(present) >= MOST_PENDING or present.count(address) >= MOST_PENDING_AT_ADDRESS

    @property
    def _strangers(self) -> list[Device]:
        return [device for device in self.items.values() if not device.approved]

    def _make_room(self) -> Device | None:
        """Forget the stranger that has been away the longest, where there are too many to remember."""
        strangers = self._strangers
        away = [device for device in strangers if device.link is None]
        if len(strangers) < MOST_PENDING or not away:
            return None
        device = min(away, key=lambda one: one.seen_at or one.record.first_seen_at)
        self.drop(device)
        self._context.log.forget(device.id)
        self._context.screen.remove(device)
        return device

    async def _introduce(
        self, device_id: str, password: bytes | None, driver: str, address: str
    ) -> Admission:
        """Write an unknown device down; a password that it brings is its password from now on."""
        kept = await hashed(password) if password else None  # an empty one proves nothing
        if device_id in self.items:
            return Admission.BUSY
        if self._full(address):
            return Admission.UNKNOWN
        gone = None if self._unknown is UnknownPolicy.ACCEPT else self._make_room()
        now = self._context.now()
        record = DeviceRecord(
            id=DeviceId(device_id),
            name=device_id,
            driver=driver,
            station_id=self._default_station(),
            approved=self._unknown is UnknownPolicy.ACCEPT,
            first_seen_at=now,
            password=kept,
        )
        device = self.add(record)
        self._context.journal.device(record)
        if device.approved:
            outlet = device.outlet(1)
            outlet.keep(replace(outlet.record, plug_and_charge=True))
        self._context.event("device_introduced", now, device=record.id)
        self._context.screen.touch(device, urgent=True)
        if gone is not None:
            await self._context.book.delete_device(gone.id)
        return self._let_in(device)

    def driver_of(self, device_id: str) -> str | None:
        """The driver that a known device speaks through."""
        device = self.items.get(device_id)
        return None if device is None else device.record.driver

    async def set_password(self, device: Device, password: str) -> None:
        """Give a device a new password; its next connection must bring it."""
        kept = await hashed(password.encode())
        device.keep(replace(device.record, password=kept))
        self._verified.forget(device.id)

    def attach(self, device_id: str, link: DeviceLink) -> Device:
        """A device that was admitted is connected."""
        device = self.items.get(device_id)
        if device is None:
            raise UnknownResourceError("device", device_id)  # removed since it was admitted
        device.linked(link, self._context.now())
        return device

    def detach(self, device: Device, link: DeviceLink) -> None:
        """A connection is gone."""
        device.unlinked(link, self._context.now())
