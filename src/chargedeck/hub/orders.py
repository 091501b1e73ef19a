"""Carries out what people want of a charger: asked of the device, and true once it has confirmed."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from chargedeck.domain.actions import Action, obstacle
from chargedeck.domain.cards import Authorizer, AuthorizerKind, folded
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.problems import (
    DeviceError,
    DomainError,
    NotPossibleNowError,
    OutOfRangeError,
    StorageUnavailableError,
)
from chargedeck.domain.session import IN_SESSION, State, Trigger, fire, observe, possible
from chargedeck.domain.units import MINIMUM_CURRENT, Amps, IdTag, StationId
from chargedeck.hub.commands import (
    Configure,
    OverrideSchedule,
    Reset,
    SetOperative,
    StartCharging,
    StopCharging,
    Unlock,
)
from chargedeck.hub.permission import PLUG_AND_CHARGE
from chargedeck.hub.unit_settings import DeviceSettings

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger
    from chargedeck.hub.open_session import OpenSession
    from chargedeck.hub.records import ChargerRecord

logger = logging.getLogger(__name__)

EFFECT_S = 5.0
"""How long a command waits for its effect, after the device has said yes, before it answers."""

START_LAPSES_S = 180.0
"""A start that nothing came of: longer than any charger waits for its cable."""

START_EXPECTED = "start_expected"
"""The kind of event that says who has started a charger under which tag."""

PLUG_AND_CHARGE_DELAYS_S = (1.5, 10.0, 60.0)
"""Many chargers begin by themselves; those that do not are started, and asked again when they refuse."""

REFUSED_GRACE_S = 5.0
"""How long a charger has to stop a session by itself that we refused."""

REFUSED_AGAIN_S = 30.0
"""How often it is told to, until it has."""

HIGHEST_INSTALLATION = Amps(1000)
"""More than any cable of any charger carries; a number beyond it is a slip of the pen."""

_REMOTE = Authorizer(AuthorizerKind.REMOTE, "Remote start")


@dataclass(frozen=True, slots=True)
class Pending:
    """A command on its way."""

    action: Action
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ChargerChanges:
    """What may be set about a charger; None keeps it as it is."""

    name: str | None = None
    station_id: StationId | None = None
    plug_and_charge: bool | None = None
    locked: bool | None = None
    priority: int | None = None
    installation_current_a: Amps | None = None

    def __post_init__(self) -> None:
        """Raise OutOfRangeError for an installation that no charger can be on."""
        if self.installation_current_a is not None:
            check_installation(self.installation_current_a)

    def kept_by_device(self, record: ChargerRecord) -> DeviceSettings | None:
        """What a device must be told that keeps such settings itself; None when nothing of it changes."""
        plug, amps = self.plug_and_charge, self.installation_current_a
        wanted = DeviceSettings(
            plug_and_charge=None if plug == record.plug_and_charge else plug,
            installation_current_a=None if amps == record.installation_current_a else amps,
        )
        return None if wanted == DeviceSettings() else wanted

    def applied_to(self, record: ChargerRecord) -> ChargerRecord:
        """The changed record; a lower installation current takes the allowed current down with it."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        changed = replace(record, **given)
        return replace(
            changed, allowed_current_a=min(changed.allowed_current_a, changed.installation_current_a)
        )


def check_installation(amps: Amps) -> None:
    """Raise OutOfRangeError for an installation that no charger can be on."""
    if not MINIMUM_CURRENT <= amps <= HIGHEST_INSTALLATION:
        raise OutOfRangeError("installation_current_a", amps, MINIMUM_CURRENT, HIGHEST_INSTALLATION)


class Orders:
    """The commands of one charger."""

    __slots__ = ("_charger", "_expected", "_refusal", "_timer", "pending")

    def __init__(self, charger: Charger) -> None:
        self._charger = charger
        self._expected: dict[IdTag, Authorizer] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._refusal: asyncio.TimerHandle | None = None
        self.pending: tuple[Pending, ...] = ()

    @asynccontextmanager
    async def _carrying_out(self, action: Action, by: Authorizer) -> AsyncIterator[None]:
        """Refuse what does not fit, show the command as pending, and have it and who gave it on disk."""
        charger = self._charger
        refusal = obstacle(action, charger.action_facts)
        if refusal is not None:
            raise refusal
        if any(p.action is action for p in self.pending):
            raise NotPossibleNowError(command=action.value, state="waiting for the same command")
        now = charger.context.now()
        pending = Pending(action, now, by.label)
        self.pending = (*self.pending, pending)
        charger.changed(now, urgent=True)
        try:
            yield
            charger.context.event(
                "command", charger.context.now(), charger=charger.id, actor=by.label, command=action.value
            )
            await charger.context.durable()
        finally:
            self.pending = tuple(p for p in self.pending if p is not pending)
            charger.changed(charger.context.now(), urgent=True)

    # -- charging ------------------------------------------------------------------------------

    async def start(self, by: Authorizer) -> None:
        """Begin a session, or wait for the cable if there is none yet."""
        await self._begin(Action.START, Trigger.START, by)

    async def authorize(self, by: Authorizer) -> None:
        """Let the car that waits for it have its energy."""
        await self._begin(Action.AUTHORIZE, Trigger.AUTHORIZE, by)

    async def _begin(self, action: Action, trigger: Trigger, by: Authorizer) -> None:
        charger = self._charger
        async with self._carrying_out(action, by):
            tag = folded(f"CD-{secrets.token_hex(8)}")
            self._expected[tag] = by
            self._write_down(tag, by)
            try:
                await charger.device.send(StartCharging(charger.connector, tag))
            except DeviceError:
                self._expected.pop(tag, None)
                raise
            if possible(charger.state, trigger):
                charger.enter(fire(charger.state, trigger), charger.context.now())
                self._later(START_LAPSES_S, self._lapse)
            await charger.until(lambda: charger.session is not None, EFFECT_S)

    async def stop(self, by: Authorizer) -> None:
        """End the session, or take back a start that nothing came of yet."""
        charger = self._charger
        async with self._carrying_out(Action.STOP, by):
            session = charger.session
            if session is None:
                if charger.state is not State.STARTING:
                    raise NotPossibleNowError(command="stop", state="in a session that it has not told us of")
                self._unstart(fire(charger.state, Trigger.STOP))
                return
            await charger.device.send(StopCharging(charger.connector, session.record.ref))
            await charger.until(lambda: charger.session is not session, EFFECT_S)

    async def pause(self, by: Authorizer) -> None:
        """Hold the session at 0 A."""
        await self._hold(Action.PAUSE, by, paused=True)

    async def resume(self, by: Authorizer) -> None:
        """Let a paused session go on."""
        await self._hold(Action.RESUME, by, paused=False)

    async def _hold(self, action: Action, by: Authorizer, *, paused: bool) -> None:
        charger = self._charger
        async with self._carrying_out(action, by):
            await charger.control.order(
                lambda record: replace(record, user_paused=paused and charger.state in IN_SESSION)
            )
            if paused:
                await charger.until(lambda: charger.state is not State.CHARGING, EFFECT_S)

    async def charge_now(self, by: Authorizer) -> None:
        """Set schedule, price and solar aside until the session ends."""
        charger = self._charger
        async with self._carrying_out(Action.CHARGE_NOW, by):
            if charger.device.capabilities.overrides_schedule:
                await charger.device.send(OverrideSchedule(charger.connector))
            await charger.control.order(
                lambda record: replace(record, charge_now=charger.state in IN_SESSION)
            )

    async def back_to_plan(self, by: Authorizer) -> None:
        """Let schedule, price and solar count again, before the session ends."""
        async with self._carrying_out(Action.BACK_TO_PLAN, by):
            await self._charger.control.order(lambda record: replace(record, charge_now=False))

    async def set_allowed_current(self, amps: int, by: Authorizer) -> None:
        """Set what the slider says; OutOfRangeError outside 6 A to the installation current."""
        charger = self._charger
        most = charger.record.installation_current_a
        if not MINIMUM_CURRENT <= amps <= most:
            raise OutOfRangeError("current_a", amps, MINIMUM_CURRENT, most)
        async with self._carrying_out(Action.ALLOWED_CURRENT, by):
            await charger.control.order(
                lambda record: replace(
                    record, allowed_current_a=min(Amps(amps), record.installation_current_a)
                )
            )

    async def unlock(self, by: Authorizer) -> None:
        """Release the cable."""
        async with self._carrying_out(Action.UNLOCK, by):
            await self._charger.device.send(Unlock(self._charger.connector))

    async def reset(self, by: Authorizer, *, hard: bool) -> None:
        """Restart the device."""
        async with self._carrying_out(Action.RESET, by):
            await self._charger.device.send(Reset(hard))

    # -- settings ------------------------------------------------------------------------------

    async def record_inspection(self, inspector: str, note: str, by: Authorizer) -> None:
        """Lift the lock that a relay failure has left behind; not while the charger still reports it."""
        charger = self._charger
        if any(error.type is ErrorType.RELAY_FAILURE for error in charger.errors):
            raise NotPossibleNowError(command="inspection", state="still reporting the relay failure")
        now = charger.context.now()
        charger.keep(replace(charger.record, inspection_required=False))
        charger.context.event(
            "inspection", now, charger=charger.id, actor=by.label, inspector=inspector, note=note
        )
        charger.changed(now, urgent=True)
        await charger.context.durable()

    async def update(self, changes: ChargerChanges, by: Authorizer) -> None:
        """Change settings; those that the device must know count once it has confirmed them."""
        charger = self._charger
        if changes.locked is not None and changes.locked != charger.record.locked:
            await charger.device.send(SetOperative(charger.connector, operative=not changes.locked))
        kept = changes.kept_by_device(charger.record)
        if kept is not None and charger.device.is_polled:
            await charger.device.send(Configure(kept))
        former, record = charger.record, changes.applied_to(charger.record)
        newly_free = (former.locked and not record.locked) or (
            record.plug_and_charge and not former.plug_and_charge
        )
        charger.keep(record)
        now = charger.context.now()
        charger.context.event("settings", now, charger=charger.id, actor=by.label)
        charger.control.push()
        if newly_free and charger.state is State.PLUGGED:
            self.plugged_in()
        charger.changed(now, urgent=True)
        await charger.context.durable()

    # -- starts that outlive us ------------------------------------------------------------------

    def _write_down(self, tag: IdTag, by: Authorizer) -> None:
        """A start may come true after a restart of ours; then it must be known who gave it."""
        self._charger.context.event(
            START_EXPECTED,
            self._charger.context.now(),
            charger=self._charger.id,
            id_tag=tag,
            authorizer=by.kind.value,
            label=by.label,
            key=by.key,
            user_id=by.user_id,
        )

    def recall(self, detail: Mapping[str, Any]) -> None:
        """Take up a start that was written down not long ago, before a restart of ours."""
        kind = AuthorizerKind(detail["authorizer"])
        by = Authorizer(kind, detail["label"], detail["key"], detail.get("user_id"))
        self._expected[IdTag(detail["id_tag"])] = by
        self._later(START_LAPSES_S, self._lapse)

    # -- what follows from facts ---------------------------------------------------------------

    def expect_remote(self, id_tag: str) -> None:
        """Somebody else than the app starts this charger under this tag: an operator's own message."""
        self._expected[folded(id_tag)] = _REMOTE
        self._later(START_LAPSES_S, self._lapse)

    def withdraw_remote(self, id_tag: str) -> None:
        """The device would not start it."""
        if self.expected(id_tag) is _REMOTE:
            del self._expected[folded(id_tag)]

    def expected(self, id_tag: str) -> Authorizer | None:
        """Who has just started this charger under this tag."""
        return self._expected.get(folded(id_tag))

    def only_expected(self) -> Authorizer | None:
        """Who has just started this charger, where there is no doubt and no tag to tell it by."""
        return next(iter(self._expected.values())) if len(self._expected) == 1 else None

    def plugged_in(self) -> None:
        """A cable is in: with plug and charge, begin unless the charger does so itself."""
        if self._charger.record.plug_and_charge:
            self._later(PLUG_AND_CHARGE_DELAYS_S[0], self._begin_by_plug, 0)

    def device_ready(self) -> None:
        """The connection is up again: a car that was plugged in meanwhile, or just before, is waiting."""
        if self._charger.state is State.PLUGGED:
            self.plugged_in()

    def session_began(self, session: OpenSession) -> None:
        """The start has come true; its tag is good for one session."""
        self.cancel()
        self._expected.pop(session.record.id_tag or IdTag(""), None)

    def session_ended(self) -> None:
        """There is nothing to refuse any more."""
        if self._refusal is not None:
            self._refusal.cancel()
            self._refusal = None

    def stop_refused(self, session: OpenSession) -> None:
        """End a session that nobody may have, unless the charger does so itself."""
        self._refusal = asyncio.get_running_loop().call_later(REFUSED_GRACE_S, self._stop_refused, session)

    def _stop_refused(self, session: OpenSession) -> None:
        charger = self._charger
        if charger.session is session:
            command = StopCharging(charger.connector, session.record.ref)
            self._background(lambda: charger.device.send(command), "stop-refused")
            again = asyncio.get_running_loop().call_later(REFUSED_AGAIN_S, self._stop_refused, session)
            self._refusal = again

    def _begin_by_plug(self, attempt: int) -> None:
        charger = self._charger
        if charger.state is not State.PLUGGED or not charger.record.plug_and_charge:
            return
        if attempt + 1 < len(PLUG_AND_CHARGE_DELAYS_S):
            self._later(PLUG_AND_CHARGE_DELAYS_S[attempt + 1], self._begin_by_plug, attempt + 1)
        self._background(lambda: self.start(PLUG_AND_CHARGE), "plug-and-charge")

    def _lapse(self) -> None:
        self._expected.clear()
        if self._charger.state is State.STARTING:
            self._unstart(observe(State.STARTING, Trigger.AUTHORIZATION_LAPSED))

    def _unstart(self, state: State) -> None:
        """Nothing comes of a start: the charger is as it was before, with its cable or without."""
        charger = self._charger
        self.cancel()
        self._expected.clear()
        charger.enter(state if charger.plugged else observe(state, Trigger.UNPLUGGED), charger.context.now())

    def _background(self, work: Callable[[], Awaitable[None]], name: str) -> None:
        async def tried() -> None:
            try:
                await work()
            except (DeviceError, DomainError, StorageUnavailableError) as refusal:
                logger.info("%s at %s came to nothing: %s", name, self._charger.id, refusal)

        self._charger.context.tasks.start(tried(), name=f"{name}-{self._charger.id}")

    def _later(self, seconds: float, what: Callable[..., None], *args: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, what, *args)

    def cancel(self) -> None:
        """Let go of everything that was to happen by itself."""
        for timer in (self._timer, self._refusal):
            if timer is not None:
                timer.cancel()
        self._timer = self._refusal = None
