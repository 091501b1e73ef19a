"""What an energy module tells the chargers behind it, and how long a charger trusts it; pure."""

from dataclasses import dataclass

from chargedeck.domain.units import Amps
from chargedeck.simulator.clock import Instant, Seconds, after
from chargedeck.simulator.lektrico.ladder import Reason, Rung

TRUSTED = Seconds(15)
"""A module that was silent for so long is offline, unless time runs so fast that it cannot speak as often."""


@dataclass(frozen=True, slots=True)
class Order:
    """One word of the module."""

    current_a: Amps
    offline_a: Amps
    """What to do without a word, or without a meter."""
    heard_at: Instant
    trusted: Seconds = TRUSTED
    has_meter: bool = True
    single_phase: bool = False

    @property
    def expires_at(self) -> Instant:
        """When it is worth nothing any more."""
        return after(self.heard_at, self.trusted)

    def rung(self, now: Instant) -> Rung:
        """The limit that follows from it."""
        if not self.has_meter or now >= self.expires_at:
            return Rung(self.offline_a, Reason.EM_OFFLINE)
        return Rung(self.current_a, Reason.EM)
