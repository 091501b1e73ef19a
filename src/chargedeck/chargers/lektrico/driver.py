"""The hub's link to one device: carries commands out, and returns when the device shows that it has."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, assert_never

from chargedeck.chargers.lektrico import current, settings_keys, wire
from chargedeck.chargers.lektrico.charger_side import ChargerSide
from chargedeck.chargers.lektrico.showing import LOOK_AGAIN_S, shown
from chargedeck.chargers.lektrico.troubles import LENGTH, RefusedError, TroubleError, UnreachableError, told
from chargedeck.domain.counters import Presence
from chargedeck.domain.problems import (
    ChargerOfflineError,
    InvalidCallError,
    NotSupportedError,
)
from chargedeck.domain.sentences import said
from chargedeck.domain.units import IdTag
from chargedeck.hub.commands import (
    Command,
    Configure,
    LimitCurrent,
    OverrideSchedule,
    Refresh,
    Reset,
    SetOperative,
    StartCharging,
    StopCharging,
    Unlock,
)
from chargedeck.hub.ports import Capabilities
from chargedeck.hub.unit_settings import DeviceSettings, LoadBalancing

if TYPE_CHECKING:
    from chargedeck.chargers.lektrico.module_side import ModuleSide
    from chargedeck.chargers.lektrico.unit import Unit

PROTOCOL = "lektrico"

SHORT_TAG = IdTag("CHARGEDECK")
"""For firmware that takes no longer ones."""


class Driver:
    """One device on one connection."""

    def __init__(self, unit: Unit, side: ChargerSide | ModuleSide) -> None:
        self._unit = unit
        self._side = side
        self._silent_since: float | None = None
        """When the device had last answered, as of the last command that it did not."""

    @property
    def protocol(self) -> str:
        """What is spoken."""
        return PROTOCOL

    @property
    def address(self) -> str:
        """Where the device is asked."""
        return self._side.rpc.where

    @property
    def card_keeper(self) -> None:
        """They keep no cards of ours."""

    @property
    def capabilities(self) -> Capabilities:
        """What these devices can do."""
        side = self._side
        if not isinstance(side, ChargerSide):
            return Capabilities(limits_current=False, unlocks=False)
        limits = side.has_dynamic or side.has_user_current
        return Capabilities(limits_current=limits, unlocks=False, overrides_schedule=True)

    async def send(self, command: Command) -> None:
        """Carry a command out; raises a DeviceError when the device does not."""
        action = type(command).__name__
        try:
            async with self._unit.turn:
                if self._silent_since == self._side.rpc.answered_at:
                    raise ChargerOfflineError  # the next look finds out whether anybody is there
                await self._carry_out(command)
                if not isinstance(command, Reset):  # it may be gone already
                    await self._side.ask(full=True)
                    if isinstance(command, LimitCurrent) and isinstance(self._side, ChargerSide):
                        current.check(self._side)
                    if not self._side.seems_restarted:  # the next look sees to that
                        self._side.tell(self._unit.now())
        except TroubleError as trouble:
            if isinstance(trouble, UnreachableError):
                self._silent_since = self._side.rpc.answered_at
            raise told(trouble, action) from trouble
        finally:
            self._unit.wake()

    async def _carry_out(self, command: Command) -> None:
        side = self._side
        match command:
            case Configure(settings):
                await self._configure(settings)
            case Reset():
                await self._reset()
            case Refresh():
                pass  # every command ends with a look
            case _ if not isinstance(side, ChargerSide):
                raise NotSupportedError(type(command).__name__, said("an energy module charges nothing"))
            case StartCharging(_, id_tag):
                await self._start(side, id_tag)
            case StopCharging():
                await self._stop(side)
            case LimitCurrent():
                await current.limit(side, command)
            case SetOperative(_, operative):
                await self._configure(DeviceSettings(locked=not operative))
            case OverrideSchedule():
                is_held = side.word.said == "B_SCHEDULER"
                await _done(side, wire.OVERRIDE, None, is_seen=is_held)
                await shown(side, wire.OVERRIDE, lambda: side.word.said != "B_SCHEDULER")
            case Unlock():
                raise NotSupportedError("Unlock", said("its cable is released at the charger"))
            case _:
                assert_never(command)

    # -- charging ------------------------------------------------------------------------------

    async def _start(self, side: ChargerSide, id_tag: IdTag) -> None:
        is_waiting = side.word.presence is Presence.WAITING
        try:
            await _done(side, wire.START, {"tag": id_tag}, is_seen=is_waiting)
        except RefusedError as refused:
            if refused.code != LENGTH:
                raise
            await _done(side, wire.START, {"tag": SHORT_TAG}, is_seen=is_waiting)
        await shown(side, wire.START, lambda: side.word.presence is not Presence.WAITING)
        side.counting.started(id_tag)

    async def _stop(self, side: ChargerSide) -> None:
        is_drawing = side.word.presence is Presence.DRAWING
        await _done(side, wire.STOP, {}, is_seen=is_drawing)
        await shown(side, wire.STOP, lambda: side.word.presence is not Presence.DRAWING)
        side.counting.finished()

    # -- settings ------------------------------------------------------------------------------

    async def _configure(self, settings: DeviceSettings | LoadBalancing) -> None:
        for key, value in settings_keys.written(settings):
            self._side.config = await settings_keys.set_key(self._side.rpc, key, value)
        single = settings.single_phase if isinstance(settings, DeviceSettings) else None
        if single is None:
            return
        if not isinstance(self._side, ChargerSide) or self._side.nature.phases < 2:
            raise NotSupportedError("single phase", said("it has one phase only"))
        await current.single_phase(self._side, single)

    async def _reset(self) -> None:
        side = self._side
        await side.rpc.write(wire.RESET)
        is_held_up = isinstance(side, ChargerSide) and side.counting.in_session
        side.device.local.restarting(is_held_up)

    # -- the rest of the port ------------------------------------------------------------------

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002  (the port's form)
        """There is no OCPP here."""
        raise InvalidCallError(
            said("'{action}' is an OCPP message; this device is asked over its local API", action=action)
        )

    async def answers(self) -> bool:
        """Whether the device still answers."""
        try:
            await self._side.rpc.read(wire.DEVICE_ID)
        except TroubleError:
            return False
        return True

    def approved(self) -> None:
        """Devices that are asked were approved by whoever added them."""

    def close(self, reason: str) -> None:
        """Hang up; the unit goes on if the device is still to be asked."""
        self._unit.hang_up(reason)


async def _done(side: ChargerSide, method: str, params: Mapping[str, Any] | None, *, is_seen: bool) -> None:
    """Have it done; asked again when the answer was lost, and then what the device shows is what counts.

    Where that it was done can not be seen, a refusal is one.
    """
    try:
        await side.rpc.write(method, params)
    except UnreachableError:
        await asyncio.sleep(LOOK_AGAIN_S)
        try:
            await side.rpc.write(method, params)
        except RefusedError:
            if not is_seen:
                raise
