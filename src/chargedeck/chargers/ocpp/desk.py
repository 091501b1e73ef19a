"""What a driver needs of the hub, as small Protocols: the door, a device's desk, the log of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chargedeck.domain.cards import CardAnswer
    from chargedeck.domain.events import (
        DeviceIdentity,
        Metered,
        OutletSeen,
        TransactionStarted,
        TransactionStopped,
        Updating,
    )
    from chargedeck.domain.units import DeviceId
    from chargedeck.hub.devices import Admission
    from chargedeck.hub.ports import DeviceLink
    from chargedeck.hub.records import SignedValue

Now = Callable[[], datetime]


class Outlet(Protocol):
    """One outlet of a device."""

    @property
    def connector(self) -> int: ...
    def seen_state(self, seen: OutletSeen, now: datetime) -> None: ...


class Begun(Protocol):
    """What a device is told about its new transaction."""

    @property
    def ref(self) -> int: ...
    @property
    def answer(self) -> CardAnswer: ...


class Desk(Protocol):
    """Where a driver hands in what its device says. Nothing here waits; `done` comes once it is on disk."""

    @property
    def id(self) -> DeviceId: ...
    @property
    def approved(self) -> bool: ...
    @property
    def outlets(self) -> Iterable[Outlet]: ...
    def outlet(self, connector: int) -> Outlet:
        """Raises UnknownResourceError for a number that no device has."""

    def seen(self, now: datetime) -> None: ...
    def ready(self, now: datetime) -> None: ...
    def identified(self, identity: DeviceIdentity, now: datetime) -> None: ...
    def judge(self, id_tag: str, now: datetime) -> CardAnswer: ...
    def begin(
        self, connector: int, started: TransactionStarted, now: datetime, done: Callable[[Begun | None], None]
    ) -> None: ...
    def end(
        self,
        stopped: TransactionStopped,
        now: datetime,
        done: Callable[[bool, CardAnswer | None], None],
    ) -> None: ...
    def metered(
        self, connector: int, metered: Metered, now: datetime, done: Callable[[bool], None]
    ) -> None: ...
    def signed(self, value: SignedValue) -> None: ...
    def clock(self, offset_s: float, now: datetime) -> None: ...
    def updating(self, update: Updating, now: datetime) -> None: ...
    def note(self, kind: str, detail: Mapping[str, Any], now: datetime) -> None: ...
    def expect_remote(self, id_tag: str, connector: int | None) -> None:
        """An operator starts a session under this tag, at one outlet or at any."""

    def withdraw_remote(self, id_tag: str) -> None:
        """The device would not start it."""

    def limits_lost(self) -> None:
        """What the device holds as its limits is no longer known."""

    def reserved(
        self, connector: int, reservation_id: int | None, expires_at: datetime | None, now: datetime
    ) -> None: ...


class Door(Protocol):
    """Who may come in."""

    def admit_at_once(self, device_id: str, *, password: bytes | None, address: str) -> Admission | None:
        """The answer where it takes no time to find; None where `admit` must be asked."""

    async def admit(
        self, device_id: str, *, password: bytes | None, address: str, driver: str
    ) -> Admission: ...
    def driver_of(self, device_id: str) -> str | None:
        """The driver that a known device is registered with."""

    def attach(self, device_id: str, link: DeviceLink) -> Desk:
        """Raises UnknownResourceError for a device that has been removed since it was admitted."""

    def detach(self, device: Any, link: DeviceLink) -> None: ...
    async def set_password(self, device: Any, password: str) -> None: ...


class FrameRing(Protocol):
    """Keeps the last frames of a device."""

    def add(self, at: datetime, incoming: bool, raw: bytes) -> None: ...


class FrameLog(Protocol):
    """Has a ring for every device."""

    def ring(self, device_id: str) -> FrameRing: ...
