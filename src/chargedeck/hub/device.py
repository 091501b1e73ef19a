"""A device: its connection, its outlets and its ledger; drivers bring it facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.domain.cards import CardAnswer, Verdict
from chargedeck.domain.events import DeviceIdentity, Metered, TransactionStarted, TransactionStopped, Updating
from chargedeck.domain.problems import ChargerOfflineError, UnknownResourceError
from chargedeck.domain.units import ChargerId, DeviceId, charger_id
from chargedeck.hub.charger import Charger
from chargedeck.hub.device_view import device_view
from chargedeck.hub.ledger import BeginDone, EndDone, Ledger
from chargedeck.hub.local_side import LocalSide
from chargedeck.hub.permission import judge_start
from chargedeck.hub.ports import Capabilities, DeviceLink
from chargedeck.hub.records import ChargerRecord, SignedValue

if TYPE_CHECKING:
    from chargedeck.hub.card_list_view import CardListView
    from chargedeck.hub.commands import Command
    from chargedeck.hub.context import Context
    from chargedeck.hub.ports import Durable
    from chargedeck.hub.records import DeviceRecord
    from chargedeck.hub.views import DeviceView

MOST_OUTLETS = 16
"""More outlets than any real device has; a number beyond it is a fault, not a charger."""

SEEN_SHOWN_EVERY = timedelta(seconds=5)
"""The screen shows the age of what it knows, and a device that is alive must not look stale."""

SEEN_SAVED_EVERY = timedelta(minutes=5)

OutletMade = Callable[[Charger], None]


class Device:
    """The unit that a driver speaks with."""

    __slots__ = (
        "_context",
        "_made",
        "_outlets",
        "_ready",
        "_shown_at",
        "card_list",
        "clock_offset_s",
        "diagnostics_status",
        "firmware_status",
        "is_updating",
        "ledger",
        "link",
        "link_since",
        "local",
        "record",
        "retired",
        "seen_at",
    )

    kind = "device"

    def __init__(self, record: DeviceRecord, context: Context, made: OutletMade) -> None:
        self.record = record
        self._context = context
        self._made = made
        self._outlets: dict[int, Charger] = {}
        self.ledger = Ledger(context, self)
        self.local = LocalSide(self, context)
        self.card_list: CardListView | None = None
        self.link: DeviceLink | None = None
        self.link_since: datetime | None = None
        self.seen_at: datetime | None = record.last_seen_at
        self._shown_at = context.now()
        self.clock_offset_s: float | None = None
        self.firmware_status: str | None = None
        self.diagnostics_status: str | None = None
        self.is_updating = False
        self.retired = False
        self._ready = False

    # -- what it is ----------------------------------------------------------------------------

    @property
    def id(self) -> DeviceId:
        """The id in its OCPP address."""
        return self.record.id

    @property
    def station_id(self) -> str:
        """The station it belongs to."""
        return self.record.station_id

    @property
    def whose(self) -> None:
        """Nobody's in particular."""

    @property
    def approved(self) -> bool:
        """Whether an owner has let it in."""
        return self.record.approved

    @property
    def online(self) -> bool:
        """Whether it has a live connection."""
        return self.link is not None

    @property
    def is_ready(self) -> bool:
        """Whether it has a live connection, and has been set up on it."""
        return self._ready and self.link is not None

    @property
    def is_polled(self) -> bool:
        """Whether we ask it, and it keeps settings of its own; else it calls us."""
        return self.record.address is not None

    @property
    def ends_grants(self) -> bool:
        """Whether a session's limit can end by itself there; a polled device's stays until it is told."""
        return not self.is_polled

    @property
    def address(self) -> str | None:
        """Where it is asked, or else where it calls from."""
        return self.record.address if self.link is None or self.is_polled else self.link.address

    @property
    def protocol(self) -> str | None:
        """What it speaks."""
        return None if self.link is None else self.link.protocol

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, as far as the connection has shown."""
        return Capabilities() if self.link is None else self.link.capabilities

    # -- outlets -------------------------------------------------------------------------------

    @property
    def outlets(self) -> tuple[Charger, ...]:
        """Its chargers, by number."""
        return tuple(self._outlets[number] for number in sorted(self._outlets))

    def outlet(self, connector: int) -> Charger:
        """The charger of that number, made when it is first heard of.

        Raises UnknownResourceError for a number that no device has.
        """
        found = self._outlets.get(connector)
        return self._first_heard_of(connector) if found is None else found

    def _first_heard_of(self, connector: int) -> Charger:
        if not 1 <= connector <= MOST_OUTLETS:
            raise UnknownResourceError("connector", str(connector))
        name = self.record.name if connector == 1 else f"{self.record.name} {connector}"
        record = ChargerRecord(
            charger_id(self.id, connector), self.id, connector, name, self.record.station_id
        )
        beside = [outlet.record for outlet in self._outlets.values()]
        if beside:
            record = replace(record, plug_and_charge=beside[0].plug_and_charge)
        return self.add_outlet(self._context.former.begun(record, beside), new=True)

    def add_outlet(self, record: ChargerRecord, *, new: bool) -> Charger:
        """Take up a charger; `new` ones are stored."""
        charger = self._outlets[record.connector] = Charger(record, self, self._context)
        if new:
            self._context.journal.charger(record)
            charger.control.note(self._context.now())
        self._made(charger)
        if self._ready:
            charger.control.push()
        self._context.screen.touch(charger, urgent=True)
        return charger

    def drop_outlet(self, connector: int) -> None:
        """Forget a charger that was removed."""
        self._outlets.pop(connector).retire()

    def outlet_of(self, charger: ChargerId) -> Charger:
        """The charger of that name, or the first one where it was removed meanwhile."""
        for outlet in self._outlets.values():
            if outlet.id == charger:
                return outlet
        return self.outlet(1)

    # -- the connection ------------------------------------------------------------------------

    def linked(self, link: DeviceLink, now: datetime) -> None:
        """A connection was made; the one before it is closed."""
        former, self.link = self.link, link
        if former is not None:
            former.close("replaced by a newer connection")
        self.link_since = now
        self._ready = False
        self.seen(now)
        if former is None and self.approved:  # strangers could fill the disk by coming and going
            self._context.event("online", now, device=self.id, address=link.address)
            self._tell_outlets(self._context.news.returned, now)
        self._link_changed(now)

    def unlinked(self, link: DeviceLink, now: datetime) -> None:
        """A connection was lost; one that was replaced before does not count."""
        if self.link is link:
            self.link = None
            self.link_since = now
            self._ready = self.is_updating = False
            if self.approved:
                self._context.event("offline", now, device=self.id)
                self._tell_outlets(self._context.news.left, now)
            self._save_seen(now)
            self._link_changed(now)

    def _tell_outlets(self, tell: Callable[[Charger, datetime], None], now: datetime) -> None:
        for outlet in self._outlets.values():
            tell(outlet, now)

    def _link_changed(self, now: datetime) -> None:
        for outlet in self._outlets.values():
            outlet.link_changed(now)
        self.show()

    def ready(self, now: datetime) -> None:
        """The driver has set the device up: bring its outlets to their limits, and begin what waits."""
        self._ready = True
        self.limits_lost()  # by a device that has restarted
        for outlet in self._outlets.values():
            outlet.orders.device_ready()
            outlet.changed(now, urgent=True)
        self.opens_otherwise()

    def opens_otherwise(self) -> None:
        """Who may charge here may have changed."""
        for told in self._context.device_ears:
            told(self)

    def retire(self) -> None:
        """It is being removed: hang up, and let nothing that is still under way write or show it again."""
        self.retired = True
        for outlet in self._outlets.values():
            outlet.retire()
        link, self.link = self.link, None
        if link is not None:
            link.close("removed")

    def reinstate(self) -> None:
        """It could not be removed after all."""
        self.retired = False
        for outlet in self._outlets.values():
            outlet.retired = False

    async def send(self, command: Command) -> None:
        """Ask the device; returns when it has confirmed, raises a DeviceError otherwise."""
        if self.link is None:
            raise ChargerOfflineError
        await self.link.send(command)

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """Send an operator's message."""
        if self.link is None:
            raise ChargerOfflineError
        return await self.link.call(action, payload)

    # -- facts ---------------------------------------------------------------------------------

    def seen(self, now: datetime) -> None:
        """A message came, whatever it said."""
        self.seen_at = now
        if now - self._shown_at > SEEN_SHOWN_EVERY and not self.retired:
            self._shown_at = now
            for outlet in self._outlets.values():
                self._context.screen.touch(outlet)
        saved = self.record.last_seen_at
        if saved is None or now - saved > SEEN_SAVED_EVERY:
            self._save_seen(now)

    def _save_seen(self, now: datetime) -> None:
        self.keep(replace(self.record, last_seen_at=now))

    def keep(self, record: DeviceRecord) -> None:
        """Adopt and store."""
        if record != self.record and not self.retired:
            self.record = record
            self._context.journal.device(record)

    def identified(self, identity: DeviceIdentity, now: datetime) -> None:
        """The device says what it is."""
        if identity != self.record.identity:
            self.keep(replace(self.record, identity=identity))
        self.is_updating = False
        self._told(now)

    def judge(self, id_tag: str, now: datetime) -> CardAnswer:
        """Answer whether a tag may charge at this device."""
        card = self._context.cards.by_tag(id_tag)
        if card is None:
            self._context.cards.learning.swiped(self.id, id_tag, now)
        answer = self._context.cards.answer(card, now)
        if any(judge_start(outlet, id_tag, now).accepted for outlet in self._outlets.values()):
            return replace(answer, verdict=Verdict.ACCEPTED)
        if answer.verdict is Verdict.ACCEPTED:
            return replace(answer, verdict=Verdict.BLOCKED)  # every outlet is locked
        return answer

    def expect_remote(self, id_tag: str, connector: int | None) -> None:
        """An operator's own message starts a session under this tag, at any outlet if it names none."""
        for outlet in self._outlets.values():
            if connector in (None, outlet.connector):
                outlet.orders.expect_remote(id_tag)

    def withdraw_remote(self, id_tag: str) -> None:
        """Nothing comes of an operator's message: the tag opens no more than it did before."""
        for outlet in self._outlets.values():
            outlet.orders.withdraw_remote(id_tag)

    def limits_lost(self) -> None:
        """What the device holds is no longer known: bring its outlets to their limits anew."""
        for outlet in self._outlets.values():
            outlet.control.forget()
            outlet.control.push()
            outlet.changed(self._context.now(), urgent=True)

    def begin(self, connector: int, started: TransactionStarted, now: datetime, done: BeginDone) -> None:
        """A session began; `done` with its number once it is on disk, with None when it could not be."""
        self.ledger.begin(self.outlet(connector), started, now, done)

    def end(self, stopped: TransactionStopped, now: datetime, done: EndDone) -> None:
        """A session ended; `done` once it is on disk."""
        self.ledger.end(stopped, now, done)

    def metered(self, connector: int, metered: Metered, now: datetime, done: Durable) -> None:
        """A meter value; `done` once it is on disk."""
        self.outlet(connector).metered(metered, now, done)

    def signed(self, value: SignedValue) -> None:
        """A meter value that the meter has signed, to be kept as it is."""
        self._context.journal.signed(value)

    def clock(self, offset_s: float, now: datetime) -> None:
        """How far the device's clock is ahead of ours."""
        known = self.clock_offset_s
        self.clock_offset_s = offset_s
        if known is None or abs(known - offset_s) > 1:
            self.show(urgent=False)
            if abs(offset_s) > 60:
                self._context.event("clock_off", now, device=self.id, offset_s=round(offset_s))

    def updating(self, update: Updating, now: datetime) -> None:
        """The device installs firmware, or has finished."""
        self.is_updating, self.firmware_status = update.active, update.word
        self._context.event("firmware", now, device=self.id, status=update.word)
        self._told(now)

    def note(self, kind: str, detail: Mapping[str, Any], now: datetime) -> None:
        """Something to write down: a security event, the state of a diagnostics upload, vendor data."""
        if kind == "diagnostics_status":
            self.diagnostics_status = str(detail["status"])
        self._context.event(kind, now, device=self.id, **detail)
        self._told(now)

    def reserved(
        self, connector: int, reservation_id: int | None, expires_at: datetime | None, now: datetime
    ) -> None:
        """A reservation was accepted by the device, or taken back (None)."""
        outlet = self.outlet(connector)
        outlet.reservation = None if reservation_id is None else (reservation_id, expires_at)
        outlet.changed(now, urgent=True)

    def _told(self, now: datetime) -> None:
        for outlet in self._outlets.values():
            outlet.changed(now, urgent=True)
        self.show()

    def show(self, *, urgent: bool = True) -> None:
        """Let the screen know that something about it has changed."""
        if not self.retired:
            self._context.screen.touch(self, urgent=urgent)

    def view(self) -> DeviceView:
        """What the screen shows."""
        return device_view(self)
