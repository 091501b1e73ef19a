"""Brings a charger to the current it may draw: the user's limit, and the dynamic one of control loops.

The user's limit lies in the device's flash and is what the slider says; everything that changes by itself
goes into the dynamic one, which is volatile. Neither is written when it is there already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chargedeck.chargers.lektrico import settings_keys, wire
from chargedeck.chargers.lektrico.charger_side import MOST_A
from chargedeck.chargers.lektrico.holding import is_raised
from chargedeck.chargers.lektrico.showing import shown
from chargedeck.chargers.lektrico.troubles import NO_METHOD, RefusedError
from chargedeck.domain.counters import Presence
from chargedeck.domain.sentences import Sentence, said
from chargedeck.domain.units import MINIMUM_CURRENT

if TYPE_CHECKING:
    from chargedeck.chargers.lektrico.charger_side import ChargerSide
    from chargedeck.hub.commands import LimitCurrent

SINGLE, ALL = 1, 3
"""`relay_mode`: on one phase, or on all that there are."""


class UndoneError(RefusedError):
    """Another client has written a higher current before this one was confirmed."""

    def __init__(self, limit_a: int) -> None:
        super().__init__(wire.DYNAMIC_SET, None)
        self.limit_a = limit_a

    @property
    def remedy(self) -> Sentence:
        """What to do, in words."""
        return said(
            "it took {limit_a} A and was given more at once by another client; "
            "let one of the two control its current",
            limit_a=self.limit_a,
        )


async def limit(side: ChargerSide, wanted: LimitCurrent) -> None:
    """Have the charger keep to it; raises a TroubleError."""
    # What holds for a session that has no number yet is no setting of its user's.
    is_setting = wanted.ref is not None or not side.counting.in_session
    if is_setting and wanted.default_a >= MINIMUM_CURRENT and side.has_user_current:
        await _keep_user_current(side, int(wanted.default_a))
    if wanted.session_a < MINIMUM_CURRENT:
        await _pause(side)
        return
    if side.is_paused:
        await side.rpc.write(wire.RESUME)
        side.is_paused = False
    await _allow(side, wanted)


def check(side: ChargerSide) -> None:
    """Raise a RefusedError when the charger, looked at again, may draw more than it was just told."""
    if side.is_undone:
        raise UndoneError(side.cap_a or 0)


async def _keep_user_current(side: ChargerSide, amps: int) -> None:
    kept = wire.number(side.known, "user_current")
    if kept is None or amps not in (kept, min(kept, side.installed_a)):
        side.config = await settings_keys.set_key(side.rpc, "user_current", amps)


async def _pause(side: ChargerSide) -> None:
    """Hold it at nothing; firmware before 1.45 has methods for that, and takes no current of 0."""
    if side.has_dynamic:
        if side.dynamic_a == 0:
            side.holds(0)
            return
        try:
            await set_dynamic(side, 0)
        except settings_keys.NotKeptError:
            raise
        except RefusedError:
            if not await _paused_by_method(side):
                raise
        else:
            side.holds(0)
    elif not await _paused_by_method(side):
        raise RefusedError(wire.PAUSE, NO_METHOD)


async def _paused_by_method(side: ChargerSide) -> bool:
    try:
        await side.rpc.write(wire.PAUSE)
    except RefusedError as refused:
        if refused.is_unknown:
            return False
        raise
    # It has no value that could be read back: what counts is that nothing flows any more.
    await shown(side, wire.PAUSE, lambda: side.word.presence is not Presence.DRAWING)
    side.is_free()
    side.is_paused = True
    return True


async def _allow(side: ChargerSide, wanted: LimitCurrent) -> None:
    """Let it have a current: one of ours where we hold it below its user's limit, else leave it alone."""
    is_ours = wanted.session_a < side.allowed_a
    if not side.has_dynamic:
        if is_ours:
            raise RefusedError(wire.DYNAMIC_SET, NO_METHOD)
        return
    if is_ours:
        target = int(wanted.session_a)
        if side.dynamic_a != target:
            await set_dynamic(side, target)
        side.holds(target)
        return
    is_held = side.dynamic_a == 0 and (side.ours == 0 or side.counting.in_session)
    if side.ours is not None or is_held:
        await set_dynamic(side, side.free or MOST_A)
    side.is_free()


async def set_dynamic(side: ChargerSide, amps: int, relay: int | None = None) -> None:
    """Write the dynamic current, with the relays where they are to change too, and read it back."""
    params: dict[str, int] = {"dynamic_current": amps}
    if relay is not None:
        params["relay_mode"] = relay

    async def holds() -> tuple[bool, object]:
        side.dynamic_read(await side.rpc.read(wire.DYNAMIC))
        kept = {name: wire.integer(side.dynamic, name) for name in params}
        return kept == params, kept

    await settings_keys.confirmed(side.rpc, wire.DYNAMIC_SET, params, holds)


async def single_phase(side: ChargerSide, single: bool) -> None:
    """Charge on one phase, or on all; the dynamic current is sent along and stays as it is."""
    side.dynamic_read(await side.rpc.read(wire.DYNAMIC))  # another client may have written it since
    amps = side.cap_a if is_raised(side.dynamic_a, side.cap_a) else side.dynamic_a
    await set_dynamic(side, MOST_A if amps is None else round(amps), SINGLE if single else ALL)
