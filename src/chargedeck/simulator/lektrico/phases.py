"""Changes the number of phases of an outlet the way a contactor must: break before make."""

from collections.abc import Callable
from dataclasses import replace

from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.outlet import Outlet
from chargedeck.simulator.world import World

SWITCHING_TIME = Seconds(10)
"""The car is without current for so long."""


class PhaseSwitch:
    """While it is busy the charger offers nothing."""

    def __init__(self, world: World, outlet: Outlet, switched: Callable[[], None]) -> None:
        self._world = world
        self._outlet = outlet
        self._switched = switched
        self._wanted = outlet.wiring.phases
        self._timer: Timer | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the contactor is open to be closed in another way."""
        return self._timer is not None

    def want(self, phases: int) -> None:
        """Have so many phases: at once without a charging car, else after a pause."""
        self._wanted = phases
        if phases == self._outlet.wiring.phases or self.is_busy:
            return
        if self._outlet.contactor_closed:
            due = after(self._outlet.at, SWITCHING_TIME)
            self._timer = self._world.agenda.call_at(due, self._make)
        else:
            self._wire()

    def stop(self) -> None:
        """The power is gone: all phases again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _make(self, now: Instant) -> None:
        self._outlet.advance(now)
        self._timer = None
        self._wire()
        self._switched()

    def _wire(self) -> None:
        self._outlet.wiring = replace(self._outlet.wiring, phases=self._wanted)
