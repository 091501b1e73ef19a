"""Between a charger and its memory: what is kept, and how it wakes up with it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.units import NO_CURRENT
from chargedeck.simulator.lektrico.memory import Memory

if TYPE_CHECKING:
    from chargedeck.simulator.lektrico.charger import Charger


def remember(charger: "Charger") -> Memory:
    """All that must outlive a loss of power."""
    return Memory(
        settings=dict(charger.settings.values),
        firmware=charger.firmware,
        register_wh=charger.outlet.register_wh,
        session=replace(charger.session),
        logged=frozenset(charger.faults.logged),
        car=charger.outlet.car,
        is_stopped=charger.is_stopped,
    )


def recall(charger: "Charger", memory: Memory) -> None:
    """Wake up after a loss of power; a session that was under way goes on."""
    charger.settings.restore(memory.settings)
    charger.firmware = memory.firmware or charger.firmware
    charger.outlet.register_wh = memory.register_wh
    charger.session = replace(memory.session)
    charger.session.resume(charger.outlet.at, memory.register_wh)
    charger.faults.logged = set(memory.logged)
    charger.is_stopped = memory.is_stopped
    if memory.car is not None:
        charger.outlet.plug(memory.car)
        if charger.session.is_active:
            charger.outlet.enable(NO_CURRENT)
