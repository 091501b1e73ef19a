"""One charger: asks it how it is, and tells the hub what has changed since; sends it nothing."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chargedeck.chargers.lektrico import balancing, mapping, wire
from chargedeck.chargers.lektrico.holding import NOTHING_SEEN, Glance, has_restarted, is_raised
from chargedeck.chargers.lektrico.pacing import FULL_EVERY, LITTLE_HEAP, SAMPLE_IDLE, SILENT_S
from chargedeck.chargers.lektrico.troubles import RefusedError
from chargedeck.domain.counters import Presence
from chargedeck.domain.events import Metered, OutletSeen, OutletState, Updating
from chargedeck.domain.session import State
from chargedeck.domain.units import Amps
from chargedeck.hub.unit_settings import DeviceTrouble

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.chargers.lektrico.identity import Nature
    from chargedeck.chargers.lektrico.rpc import Rpc
    from chargedeck.chargers.lektrico.wire import Payload
    from chargedeck.hub.counting import Counting
    from chargedeck.hub.device import Device

logger = logging.getLogger(__name__)

CONNECTOR = 1
MOST_A = 32
NOTED_AGAIN = timedelta(minutes=1)
"""Another client may write without end; that it does is written down this often."""


class ChargerSide:
    """What is known of a charger on one connection."""

    def __init__(self, device: Device, nature: Nature, rpc: Rpc, counting: Counting) -> None:
        self.device = device
        self.nature = nature
        self.rpc = rpc
        self.counting = counting
        self.info: Payload = wire.EMPTY
        self.config: Payload = wire.EMPTY
        self.dynamic: Payload = wire.EMPTY
        self.has_dynamic = True
        self._ours: int | None = None
        self._is_paused = False
        self.cap_a: int | None = None
        """What the dynamic current must not exceed, as we have said; None where it is not ours to say."""
        self.free: int | None = None
        """The last dynamic current from elsewhere that let charging go on."""
        self._mirrored: Payload = wire.EMPTY
        """The status as it was when the settings were last asked: what differs since is newer."""
        self._flags: Payload | None = None
        self._has_flags = True
        self._last_dynamic: float | None = None
        self._told: OutletSeen | None = None
        self._sampled_at: datetime | None = None
        self._looks = 0
        self._breaks = rpc.breaks
        self._glanced = NOTHING_SEEN
        self._has_restarted = False
        self._noted_at: datetime | None = None

    # -- asking --------------------------------------------------------------------------------

    async def ask(self, *, full: bool, seconds: float = SILENT_S) -> None:
        """Ask for the state, and for the settings where they are due; raises a TroubleError."""
        self._looks += 1
        is_first = not self.config
        info = await self.rpc.read(wire.CHARGER_INFO, seconds=seconds, logged=is_first)
        if not is_first and mapping.word(info).said != self.word.said:
            self.rpc.note(wire.CHARGER_INFO, info, incoming=True)
        self._flags = await self._asked_flags(info, seconds)
        if full or is_first or self._looks % FULL_EVERY == 0:
            self.config = await self._asked(wire.APP_CONFIG, seconds)
            if self.has_dynamic:
                self.dynamic = await self._asked_dynamic(seconds)
            self._mirrored = info
            self.info = info
        else:
            self.info = info
            if self.has_dynamic and self.cap_a is not None and not self._mirrors_dynamic:
                self.dynamic_read(await self._asked_dynamic(seconds))
        if is_first:
            self._recall()
        glance = self._glance()
        self._has_restarted |= not is_first and has_restarted(self._glanced, glance)
        self._glanced = glance

    def _recall(self) -> None:
        """What a server, or a connection, before this one has left in the device."""
        if not self.device.record.holds_current:
            return
        amps = self.dynamic_a
        if amps is not None:
            self._ours = round(amps)
        self._is_paused = self.word.said == mapping.PAUSED and amps != 0

    @property
    def _mirrors_dynamic(self) -> bool:
        """Whether the status says the dynamic current as it was when that was last asked for itself."""
        said = wire.number(self.info, "dynamic_current")
        return said is not None and said == wire.number(self._mirrored, "dynamic_current")

    def dynamic_read(self, answer: Payload) -> None:
        """The dynamic current was asked for after the last look, so that is newer than the status."""
        self.dynamic = answer
        said = {key: self.info[key] for key in ("dynamic_current", "relay_mode") if key in self.info}
        self._mirrored = {**self._mirrored, **said}

    async def _asked_flags(self, info: Payload, seconds: float) -> Payload | None:
        """The error flags where there are any; firmware that does not say so is asked each time."""
        has = wire.flag(info, "has_active_errors")
        is_faulted = (wire.text(info, "extended_charger_state") or "").upper() in ("E", "F")
        if not self._has_flags or (has is False and not is_faulted):
            return None
        try:
            return await self.rpc.read(wire.ACTIVE_ERRORS, seconds=seconds)
        except RefusedError as refused:
            self._has_flags = not refused.is_unknown
            return None

    async def _asked(self, method: str, seconds: float) -> Payload:
        try:
            return await self.rpc.read(method, seconds=seconds, logged=self._looks == 1)
        except RefusedError:
            return wire.EMPTY

    async def _asked_dynamic(self, seconds: float) -> Payload:
        try:
            return await self.rpc.read(wire.DYNAMIC, seconds=seconds, logged=self._looks == 1)
        except RefusedError as refused:
            self.has_dynamic = not refused.is_unknown
            return wire.EMPTY

    def has_broken(self) -> bool:
        """Whether the connection has broken since this was last asked."""
        broken, self._breaks = self.rpc.breaks != self._breaks, self.rpc.breaks
        return broken

    def has_forgotten(self) -> bool:
        """Whether the device no longer holds what it holds in its memory alone: then it has restarted."""
        self._has_restarted = False
        is_lost = self.ours is not None and self.dynamic_a != self.ours
        if not (is_lost or self.is_undone):
            return False
        self.is_free()
        self.is_paused, self._last_dynamic = False, None
        return True

    @property
    def seems_restarted(self) -> bool:
        """Whether what it tells has shown a restart since `has_forgotten` was last asked."""
        return self._has_restarted

    def _glance(self) -> Glance:
        counted, known = mapping.counted(self.info), self.known
        return Glance(
            self.word.presence,
            *counted,
            self.dynamic_a,
            mapping.single_phase(known) if self.nature.phases > 1 else None,
        )

    # -- what was found ------------------------------------------------------------------------

    @property
    def word(self) -> mapping.Word:
        """The charger's state."""
        return mapping.word(self.info)

    @property
    def is_busy(self) -> bool:
        """Whether a session is on, or about to be: then it is asked often."""
        return self.word.presence in (Presence.HELD, Presence.DRAWING, Presence.WAITING)

    @property
    def heap(self) -> int | None:
        """The memory that it has left, in bytes."""
        return wire.integer(self.info, "heap_free", low=0)

    @property
    def dynamic_a(self) -> float | None:
        """The dynamic current that is in force."""
        return wire.number(self.known, "dynamic_current", low=0, high=1000)

    @property
    def ours(self) -> int | None:
        """The dynamic current that we have set; another one is somebody else's."""
        return self._ours

    @ours.setter
    def ours(self, amps: int | None) -> None:
        self._ours = amps
        self._keep_whether_held()

    @property
    def is_paused(self) -> bool:
        """Whether we hold it by the method that old firmware has for that."""
        return self._is_paused

    @is_paused.setter
    def is_paused(self, paused: bool) -> None:
        self._is_paused = paused
        self._keep_whether_held()

    def _keep_whether_held(self) -> None:
        holds = self._ours is not None or self._is_paused
        if self.device.record.holds_current != holds:
            self.device.keep(replace(self.device.record, holds_current=holds))

    @property
    def is_undone(self) -> bool:
        """Whether it may draw more than we have said and it has confirmed."""
        is_drawing = self.word.presence is Presence.DRAWING
        return is_raised(self.dynamic_a, self.cap_a) or (self.is_paused and is_drawing)

    def holds(self, amps: int) -> None:
        """The dynamic current is ours, and this."""
        self.ours = self.cap_a = amps

    def is_free(self) -> None:
        """The dynamic current is anybody's."""
        self.ours = self.cap_a = None

    @property
    def known(self) -> Payload:
        """All settings as of now: the status mirrors some of them, and is asked more often."""
        set_ = mapping.laid_over(self.config, self.dynamic)
        newer = {key: value for key, value in self.info.items() if value != self._mirrored.get(key)}
        return mapping.laid_over(mapping.laid_over(self.info, set_), newer)

    @property
    def installed_a(self) -> float:
        """What it is set to carry at most."""
        return wire.number(self.known, "install_current", low=0, high=1000) or MOST_A

    @property
    def allowed_a(self) -> float:
        """What it may draw if the dynamic current allows all: as it was read, not as it was wanted."""
        user = wire.number(self.config, "user_current", low=6, high=1000)
        return self.installed_a if user is None else min(user, self.installed_a)

    @property
    def has_user_current(self) -> bool:
        """Whether its firmware has the user's limit, since 1.41."""
        return wire.number(self.config, "user_current") is not None

    @property
    def answers(self) -> dict[str, Payload]:
        """What it last answered, by method."""
        found = {wire.CHARGER_INFO: self.info, wire.APP_CONFIG: self.config, wire.DYNAMIC: self.dynamic}
        return found if self._flags is None else {**found, wire.ACTIVE_ERRORS: self._flags}

    # -- telling -------------------------------------------------------------------------------

    def tell(self, now: datetime) -> None:
        """Tell the hub all that has changed."""
        device, found, known = self.device, self.word, self.known
        outlet = device.outlet(CONNECTOR)
        device.seen(now)
        settings = mapping.settings(self.info, known, three_phase=self.nature.phases > 1)
        device.local.settings_seen(settings, now)
        if balancing.KEYS["mode"] in self.config:  # an energy module is built into some
            device.local.balancing_seen(balancing.balancing(self.config))
        before = self.counting.in_session
        register = self.counting.look(mapping.look(self.info, found, now), now)
        in_session = self.counting.in_session
        self._tell_update(found, now)
        errors = mapping.errors(self.info, self._flags)
        seen = mapping.outlet_seen(found, errors, in_session=in_session, at=now)
        waits_anew = found.presence is Presence.WAITING and outlet.state is State.FINISHING
        if seen is not None and waits_anew:
            # Whoever waits to be authorised has done with the last session, cable and all.
            outlet.seen_state(replace(seen, state=OutletState.AVAILABLE), now)
        if seen is not None and (waits_anew or not _is_same(seen, self._told)):
            self._told = seen
            outlet.seen_state(seen, now)
        self._tell_dynamic(now, in_session=in_session)
        outlet.control.report(
            mapping.rungs(self.info, known, ours=None if self.ours is None else Amps(self.ours)), now
        )
        is_due = self._sampled_at is None or now - self._sampled_at >= SAMPLE_IDLE
        if in_session or before or is_due:
            self._sampled_at = now
            reading = mapping.reading(self.info, register, now, phases=self.nature.phases)
            device.metered(CONNECTOR, Metered(reading), now, _ignore)
        self._tell_memory(now)

    def _tell_update(self, found: mapping.Word, now: datetime) -> None:
        identity, firmware = self.device.record.identity, wire.text(self.info, "fw_version")
        if firmware is not None and firmware != identity.firmware:
            self.device.identified(replace(identity, firmware=firmware), now)
        is_updating = found.said == mapping.OTA
        if is_updating != self.device.is_updating:
            self.device.updating(Updating(is_updating, "Installing" if is_updating else "Installed"), now)

    def _tell_dynamic(self, now: datetime, *, in_session: bool) -> None:
        """Another client's pause is a pause, and its end is one too; our own is told by nobody."""
        amps, last = self.dynamic_a, self._last_dynamic
        self._last_dynamic = amps
        if amps is None and not self.is_paused:
            return
        if self.ours is not None and amps != self.ours:
            self.ours = None
        if amps is not None and amps >= 6 and self.ours is None:
            self.free = round(amps)
        charger = self.device.outlet(CONNECTOR)
        is_undone, goes_on = self.is_undone, self.is_paused and self.word.presence is Presence.DRAWING
        if amps == 0 and self.ours is None and in_session:
            self.device.local.paused_elsewhere(charger, True, now)
        elif goes_on or (amps and last == 0 and self.ours is None):
            self.device.local.paused_elsewhere(charger, False, now)
        if is_undone:
            self._lost(now)

    def _lost(self, now: datetime) -> None:
        """It may draw more than we have said: told to the hub once, which then says it anew."""
        if self._noted_at is None or now - self._noted_at >= NOTED_AGAIN:
            self._noted_at = now
            found = {"current_a": self.dynamic_a, "limit_a": 0 if self.is_paused else self.cap_a}
            self.device.note("limit_undone", found, now)
            logger.warning("%s: another client or a restart has undone its limit: %s", self.device.id, found)
        self.is_free()
        self.is_paused = False
        self.device.limits_lost()

    def _tell_memory(self, now: datetime) -> None:
        local, heap = self.device.local, self.heap
        if heap is not None and heap < LITTLE_HEAP:
            detail = "The device is short of memory and is asked less often; restart it when no car charges"
            local.troubled(DeviceTrouble.LITTLE_MEMORY, detail, now)
        else:
            local.untroubled()


def _is_same(seen: OutletSeen, told: OutletSeen | None) -> bool:
    """Whether nothing has changed but the time."""
    return told is not None and (seen.state, seen.device_word, seen.errors) == (
        told.state,
        told.device_word,
        told.errors,
    )


def _ignore(stored: bool) -> None:
    """Nobody at the device waits for an answer."""
