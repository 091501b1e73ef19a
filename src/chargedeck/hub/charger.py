"""The charger's actor: applies facts in the order they come, synchronously, and says what follows."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chargedeck.domain.actions import ActionFacts
from chargedeck.domain.badge import BadgeFacts
from chargedeck.domain.cards import AuthorizerKind
from chargedeck.domain.errors import ActiveError, ErrorType, Severity, severity, worst
from chargedeck.domain.events import Metered, OutletSeen, OutletState
from chargedeck.domain.reading import Reading, at_rest, merged
from chargedeck.domain.register import Anomaly
from chargedeck.domain.session import IN_SESSION, State, Trigger, observe
from chargedeck.domain.units import NO_CURRENT, Amps, ChargerId, Watts
from chargedeck.hub.charger_view import charger_view
from chargedeck.hub.context import FRESH
from chargedeck.hub.current_control import CurrentControl
from chargedeck.hub.open_session import CLOCK_TOLERANCE
from chargedeck.hub.orders import Orders
from chargedeck.hub.session_view import ShownSession
from chargedeck.hub.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Callable

    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device
    from chargedeck.hub.open_session import OpenSession
    from chargedeck.hub.permission import Judged
    from chargedeck.hub.ports import Durable
    from chargedeck.hub.records import ChargerRecord, SessionRecord
    from chargedeck.hub.views import ChargerView

DRAWING = Watts(50)
"""From here on a car draws; below it, it is the meter's noise and the charger's own lamp."""

_FACTS = {
    OutletState.AVAILABLE: Trigger.UNPLUGGED,
    OutletState.RESERVED: Trigger.UNPLUGGED,
    OutletState.PREPARING: Trigger.PLUGGED_IN,
    OutletState.CHARGING: Trigger.ENERGY_FLOWS,
    OutletState.SUSPENDED_BY_CAR: Trigger.CAR_HOLDS,
    OutletState.SUSPENDED_BY_CHARGER: Trigger.CHARGER_HOLDS,
    OutletState.FINISHING: Trigger.FINISHED,
}
"""What an outlet's state means for the session; one that is broken or out of service says nothing of it."""


class Charger:
    """One outlet. Facts come in by the methods named after them; `orders` carries out people's wishes."""

    __slots__ = (
        "_outlet_since",
        "_state_since",
        "_waiters",
        "context",
        "control",
        "device",
        "device_word",
        "errors",
        "orders",
        "outlet",
        "plugged",
        "reading",
        "record",
        "reservation",
        "retired",
        "session",
        "state",
        "timetable",
        "updated_at",
    )

    kind = "charger"

    def __init__(self, record: ChargerRecord, device: Device, context: Context) -> None:
        self.record = record
        self.device = device
        self.context = context
        self.state = State.IDLE
        self._state_since = context.now()
        self.outlet: OutletState | None = None
        self._outlet_since: datetime | None = None
        self.device_word: str | None = None
        self.plugged = False
        self.errors: tuple[ActiveError, ...] = ()
        self.reading: Reading | None = None
        self.session: OpenSession | None = None
        self.reservation: tuple[int, datetime | None] | None = None
        self.updated_at = self._state_since
        self.retired = False
        self.timetable = Timetable(record.id)
        self.control = CurrentControl(self)
        self.orders = Orders(self)
        self._waiters: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    @property
    def id(self) -> ChargerId:
        """The charger's name in the API."""
        return self.record.id

    @property
    def station_id(self) -> str:
        """The station it belongs to."""
        return self.record.station_id

    @property
    def whose(self) -> str | None:
        """The person whose session it is, if it is anybody's."""
        by = None if self.session is None else self.session.record.authorized_by
        return None if by is None else by.user_id

    @property
    def connector(self) -> int:
        """Its number at the device."""
        return self.record.connector

    # -- facts ---------------------------------------------------------------------------------

    def seen_state(self, seen: OutletSeen, now: datetime) -> None:
        """The outlet says what it does, and whether something is wrong with it."""
        before = self.state
        self.outlet, self.device_word, self._outlet_since = seen.state, seen.device_word, seen.at
        self._take_error(seen, now)
        fact = _FACTS.get(seen.state)
        if fact is Trigger.UNPLUGGED:
            if self.state is not State.STARTING or self.plugged:
                self._move(fact, now)
            self.plugged = False
        elif fact is not None:
            self.plugged = True
            self._move(fact, now)
        elif self.state is State.CHARGING:
            self._move(Trigger.CHARGER_HOLDS, now)
        if self.session is None and self.state not in IN_SESSION and self.control.held_for_session:
            self._release()
        if seen.state is not OutletState.RESERVED:
            self.reservation = None
        if self.state is State.PLUGGED and before is not State.PLUGGED:
            self.orders.plugged_in()
        self.changed(now, urgent=True)

    def metered(self, metered: Metered, now: datetime, done: Durable) -> None:
        """The meter says something; `done` once it is on disk. The hot path: no more than it needs."""
        reading, session, ref = metered.reading, self.session, metered.ref
        if ref is not None and (session is None or session.record.ref != ref):
            queued = self.device.ledger.get(ref)
            self._keep(reading if queued is None else queued.counted(reading, now), done)
            return
        last = self.reading
        # A reading from a clock that was ahead and has been put right must not shut out those that follow.
        is_old = last is not None and reading.at < last.at <= now + CLOCK_TOLERANCE
        if session is not None and reading.register_wh is not None and not self._is_beside(metered, now):
            reading = session.counted(reading, now, is_old=is_old, tagged=ref is not None)
            if reading.register_wh is not None:
                session.heard(reading.at, reading.power_w, now)
            if reading.at < session.record.started_at:
                # The device has set its clock back: by its time this sample belongs to no session.
                self.save_progress(now)
        self._keep(reading, done)
        if is_old:
            return
        self.reading = merged(last, reading)
        if reading.power_w is not None and self.state in IN_SESSION:
            self._infer_flow(reading.power_w, now)
        self.control.watch(reading, now)
        self.changed(now)

    def _keep(self, reading: Reading, done: Durable) -> None:
        journal = self.context.journal
        journal.sample(self.record.id, reading, self.control.limit_a)
        journal.when_durable(done)

    def _is_beside(self, metered: Metered, now: datetime) -> bool:
        """Whether a reading of an idle outlet came while the device tells of a session of long ago."""
        session = self.session
        return (
            metered.ref is None
            and session is not None
            and self.state not in IN_SESSION
            and self._is_past(session.record.started_at, now)
        )

    def _infer_flow(self, power: Watts, now: datetime) -> None:
        """Some chargers never say that the car began to draw, or that our zero took hold."""
        if power >= DRAWING:
            if self.state is not State.CHARGING:
                self._move(Trigger.ENERGY_FLOWS, now)
        elif self.state is State.CHARGING and self.control.limit_a == NO_CURRENT:
            self._move(Trigger.CHARGER_HOLDS, now)

    def link_changed(self, now: datetime) -> None:
        """The device came, went or came anew."""
        self.control.forget()
        self.changed(now, urgent=True)

    def _take_error(self, seen: OutletSeen, now: datetime) -> None:
        if not self.errors and not seen.errors:
            return
        before = {error.type: error for error in self.errors}
        told = dict(reversed(seen.errors))
        self.errors = tuple(
            before.get(error) or ActiveError(error, detail, seen.at)
            for error, detail in sorted(told.items(), key=lambda one: -severity(one[0]))
        )
        for error in told.keys() - before.keys():
            self.context.event("error_raised", now, charger=self.id, type=error, device_detail=told[error])
            self.context.news.troubled(self, error, told[error], now)
        if ErrorType.RELAY_FAILURE in told:
            self.keep(replace(self.record, inspection_required=True))
        for gone in before.keys() - told.keys():
            self.context.event("error_cleared", now, charger=self.id, type=gone)

    def _move(self, fact: Trigger, now: datetime) -> None:
        self.enter(observe(self.state, fact), now)

    def enter(self, state: State, now: datetime) -> None:
        """Be in another state, with what follows from it."""
        if state is self.state:
            return
        if self.state is State.CHARGING and state in IN_SESSION:
            self.context.news.held(self, self.control.held_by, now)
        self.state, self._state_since = state, now
        session = self.session
        if session is not None and session.flows(state is State.CHARGING, now):
            self.save_progress(now)
        self.changed(now, urgent=True)

    # -- sessions ------------------------------------------------------------------------------

    def session_opened(self, session: OpenSession, judged: Judged, now: datetime) -> None:
        """The ledger has opened a session here; one that began before the present one is history."""
        former = self.session
        if former is not None:
            if session.record.started_at < former.record.started_at:
                return
            self.device.ledger.abandon(former, session.record.started_at, now, Anomaly.OVERLAPPING)
        self.session = session
        self.reservation = None
        self.orders.session_began(session)
        if not self._is_past(session.record.started_at, now):
            self.plugged = True
            self._move(Trigger.SESSION_STARTED, now)
        session.flows(self.state is State.CHARGING, now)
        if not judged.accepted:
            self.orders.stop_refused(session)
        self._announce(session.record)
        self.context.news.began(self, session.record, now)
        self.control.push()
        self.changed(now, urgent=True)

    def session_closed(self, session: OpenSession, record: SessionRecord, now: datetime) -> None:
        """The ledger has closed a session of this charger."""
        self._announce(record)
        self.context.news.ended(self, session, record)
        if session is not self.session:
            return
        self.session = None
        self.keep(replace(self.record, lifetime_energy_wh=session.register.highest_wh))
        if not self._is_past(record.ended_at or now, now):
            self._move(Trigger.SESSION_ENDED, now)
        if self.reading is not None:
            # The stop has told the register too, and later than the last meter value did.
            self.reading = at_rest(self.reading)._replace(register_wh=session.register.highest_wh)
        self.orders.session_ended()
        self._release()
        self.changed(now, urgent=True)

    def _is_past(self, at: datetime, now: datetime) -> bool:
        """Whether this was queued at the device, and the outlet has told us since how things stand."""
        return self._outlet_since is not None and at < self._outlet_since and now - at > FRESH

    def _release(self) -> None:
        """A pause and an override hold for one session."""
        if self.control.held_for_session:
            self.keep(replace(self.record, user_paused=False, charge_now=False))
        self.control.session_ended()

    def resume_session(self, session: OpenSession) -> None:
        """After a restart: the session is still open, whatever the device says next."""
        session.resumed()
        self.session = session
        self.plugged = True
        self.state = State.SUSPENDED
        by = session.record.authorized_by
        is_refused = by is not None and by.kind is AuthorizerKind.UNKNOWN
        if is_refused or self.record.inspection_required:
            self.orders.stop_refused(session)

    def save_progress(self, now: datetime) -> None:
        """Put the open session's energy and charging time on disk as they are now."""
        if self.session is not None:
            self.context.journal.session(self.session.saved(now))

    def _announce(self, record: SessionRecord) -> None:
        self.context.screen.touch(ShownSession(record, self.record.name), urgent=True)

    @property
    def deserted_since(self) -> datetime | None:
        """Since when there has been no car; None while there is one."""
        return self._state_since if self.state is State.IDLE else None

    # -- what others ask -----------------------------------------------------------------------

    @property
    def badge_facts(self) -> BadgeFacts:
        """What the badge depends on."""
        return BadgeFacts(
            online=self.device.online,
            severity=worst(self.errors),
            state=self.state,
            held_by=self.control.held_by,
            plug_and_charge=self.record.plug_and_charge,
            locked=self.record.locked or self.outlet is OutletState.UNAVAILABLE,
            updating=self.device.is_updating,
            inspection_required=self.record.inspection_required,
            reserved=self.outlet is OutletState.RESERVED,
        )

    @property
    def action_facts(self) -> ActionFacts:
        """What the choice of commands depends on."""
        severity = worst(self.errors)
        return ActionFacts(
            online=self.device.online,
            state=self.state,
            plug_and_charge=self.record.plug_and_charge,
            user_paused=self.record.user_paused,
            held_by=self.control.held_by,
            faulted=severity is not None and severity >= Severity.ERROR,
            locked=self.record.locked,
            inspection_required=self.record.inspection_required,
            unlocks=self.device.capabilities.unlocks,
            slowed_by=self.control.slowed_by,
            charge_now=self.record.charge_now,
        )

    def view(self) -> ChargerView:
        """What the screen shows."""
        return charger_view(self, self.context.now())

    def keep(self, record: ChargerRecord) -> None:
        """Adopt and store what people have set."""
        if record != self.record and not self.retired:
            former, self.record = self.record, record
            self.context.journal.charger(record)
            if (former.locked, former.inspection_required) != (record.locked, record.inspection_required):
                self.device.opens_otherwise()

    def retire(self) -> None:
        """It is being removed: what is still under way must not write or show it again."""
        self.retired = True
        self.orders.cancel()
        self.control.forget()

    def changed(self, now: datetime, *, urgent: bool = False) -> None:
        """Let the screen and whoever waits know."""
        self.updated_at = now
        if not self.retired:
            self.context.screen.touch(self, urgent=urgent)
        if self._waiters:
            for holds, waiter in self._waiters:
                if not waiter.done() and holds():
                    waiter.set_result(None)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait for a fact to come true; False when it has not within `seconds`."""
        if holds():
            return True
        entry = (holds, asyncio.get_running_loop().create_future())
        self._waiters.append(entry)
        try:
            async with asyncio.timeout(seconds):
                await entry[1]
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._waiters.remove(entry)

    @property
    def measured_a(self) -> Amps | None:
        """The highest phase current that was last measured."""
        return None if self.reading is None else self.reading.current_a
