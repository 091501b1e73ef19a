"""A hub that writes down what drivers tell it, so that a driver can be tested without the real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.events import (
    DeviceIdentity,
    Metered,
    OutletSeen,
    TransactionStarted,
    TransactionStopped,
    Updating,
)
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import DeviceId
from chargedeck.hub.devices import Admission
from chargedeck.hub.ports import DeviceLink
from chargedeck.hub.records import SignedValue


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class RecordedOutlet:
    connector: int
    seen: list[OutletSeen] = field(default_factory=list)

    def seen_state(self, seen: OutletSeen, now: datetime) -> None:
        self.seen.append(seen)


@dataclass(frozen=True)
class Begun:
    ref: int
    answer: CardAnswer


class RecordedDesk:
    """One device; `stores` False makes every promise of durability fail, `holds` keeps it open."""

    def __init__(self, device_id: str, *, approved: bool = True) -> None:
        self.id = DeviceId(device_id)
        self.approved = approved
        self.outlets: list[RecordedOutlet] = []
        self.stores = True
        self.holds = False
        self.held: list[Callable[[], None]] = []
        self.seen_count = 0
        self.ready_count = 0
        self.identities: list[DeviceIdentity] = []
        self.started: list[tuple[int, TransactionStarted]] = []
        self.stopped: list[TransactionStopped] = []
        self.readings: list[tuple[int, Metered]] = []
        self.signed_values: list[SignedValue] = []
        self.clock_offsets: list[float] = []
        self.updates: list[Updating] = []
        self.notes: list[tuple[str, Mapping[str, Any]]] = []
        self.reservations: list[tuple[int, int | None, datetime | None]] = []
        self.expected: list[tuple[str, int | None]] = []
        self.withdrawn: list[str] = []
        self.limits_lost_count = 0
        self.cards: dict[str, CardAnswer] = {}
        self.link: DeviceLink | None = None
        self.next_ref = 1001

    @property
    def told(self) -> list[Any]:
        """Every fact of charging that came, whatever it is."""
        return [*self.started, *self.stopped, *self.readings, *self.notes, *self.signed_values]

    def outlet(self, connector: int) -> RecordedOutlet:
        if not 1 <= connector <= 16:
            raise UnknownResourceError("connector", str(connector))
        for outlet in self.outlets:
            if outlet.connector == connector:
                return outlet
        self.outlets.append(RecordedOutlet(connector))
        return self.outlets[-1]

    def seen(self, now: datetime) -> None:
        self.seen_count += 1

    def ready(self, now: datetime) -> None:
        self.ready_count += 1

    def identified(self, identity: DeviceIdentity, now: datetime) -> None:
        self.identities.append(identity)

    def judge(self, id_tag: str, now: datetime) -> CardAnswer:
        return self.cards.get(id_tag, CardAnswer(Verdict.ACCEPTED))

    def _done(self, call: Callable[[], None]) -> None:
        if self.holds:
            self.held.append(call)
        else:
            call()

    def release(self) -> None:
        held, self.held = self.held, []
        for call in held:
            call()

    def begin(
        self, connector: int, started: TransactionStarted, now: datetime, done: Callable[[Any], None]
    ) -> None:
        self.outlet(connector)
        self.started.append((connector, started))
        ref, self.next_ref = self.next_ref, self.next_ref + 1
        begun = Begun(ref, self.judge(started.id_tag, now)) if self.stores else None
        self._done(lambda: done(begun))

    def end(
        self, stopped: TransactionStopped, now: datetime, done: Callable[[bool, CardAnswer | None], None]
    ) -> None:
        self.stopped.append(stopped)
        answer = None if stopped.id_tag is None else self.judge(stopped.id_tag, now)
        self._done(lambda: done(self.stores, answer))

    def metered(self, connector: int, metered: Metered, now: datetime, done: Callable[[bool], None]) -> None:
        self.outlet(connector)
        self.readings.append((connector, metered))
        self._done(lambda: done(self.stores))

    def signed(self, value: SignedValue) -> None:
        self.signed_values.append(value)

    def clock(self, offset_s: float, now: datetime) -> None:
        self.clock_offsets.append(offset_s)

    def updating(self, update: Updating, now: datetime) -> None:
        self.updates.append(update)

    def note(self, kind: str, detail: Mapping[str, Any], now: datetime) -> None:
        self.notes.append((kind, detail))

    def expect_remote(self, id_tag: str, connector: int | None) -> None:
        self.expected.append((id_tag, connector))

    def withdraw_remote(self, id_tag: str) -> None:
        self.withdrawn.append(id_tag)

    def limits_lost(self) -> None:
        self.limits_lost_count += 1

    def reserved(
        self, connector: int, reservation_id: int | None, expires_at: datetime | None, now: datetime
    ) -> None:
        self.reservations.append((connector, reservation_id, expires_at))


@dataclass(frozen=True)
class RecordedFrames:
    """What one device said and was told, among what all were."""

    device_id: str
    frames: list[tuple[str, bool, bytes]]

    def add(self, _at: datetime, incoming: bool, raw: bytes) -> None:
        self.frames.append((self.device_id, incoming, raw))


class RecordedHub:
    """The door and the log. Unknown ids are admitted when `admits_all`; passwords are `passwords`."""

    def __init__(self, *, admits_all: bool = True) -> None:
        self.admits_all = admits_all
        self.passwords: dict[str, bytes] = {}
        self.drivers: dict[str, str] = {}
        self.answers: dict[str, Admission] = {}
        self.at_once = False
        self.desks: dict[str, RecordedDesk] = {}
        self.links: dict[str, list[DeviceLink]] = {}
        self.detached: list[DeviceLink] = []
        self.frames: list[tuple[str, bool, bytes]] = []
        self.asked: list[tuple[str, bytes | None, str, str]] = []

    def _judged(self, device_id: str, password: bytes | None) -> Admission:
        if device_id in self.answers:
            return self.answers[device_id]
        if device_id in self.passwords:
            matches = password == self.passwords[device_id]
            return Admission.ADMITTED if matches else Admission.UNAUTHORIZED
        return Admission.ADMITTED if self.admits_all else Admission.UNKNOWN

    def admit_at_once(self, device_id: str, *, password: bytes | None, address: str) -> Admission | None:
        return self._judged(device_id, password) if self.at_once else None

    async def admit(self, device_id: str, *, password: bytes | None, address: str, driver: str) -> Admission:
        self.asked.append((device_id, password, address, driver))
        return self._judged(device_id, password)

    def driver_of(self, device_id: str) -> str | None:
        return self.drivers.get(device_id)

    def desk(self, device_id: str) -> RecordedDesk:
        return self.desks.setdefault(device_id, RecordedDesk(device_id))

    def attach(self, device_id: str, link: DeviceLink) -> RecordedDesk:
        desk = self.desk(device_id)
        former, desk.link = desk.link, link
        self.links.setdefault(device_id, []).append(link)
        if former is not None:
            former.close("replaced by a newer connection")
        return desk

    def detach(self, device: Any, link: DeviceLink) -> None:
        self.detached.append(link)
        if device.link is link:
            device.link = None

    async def set_password(self, device: RecordedDesk, password: str) -> None:
        self.passwords[device.id] = password.encode()

    def ring(self, device_id: str) -> RecordedFrames:
        return RecordedFrames(device_id, self.frames)
