"""What a station's control loop lets one charger have; a value, which `CurrentControl` carries out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from chargedeck.domain.limits import Ladder, LimitReason, Rung
from chargedeck.domain.units import Amps

HOLDS_FOR = timedelta(seconds=60)
"""A grant above the fallback ends by itself when it has not been renewed for so long."""

RENEWED_EVERY = timedelta(seconds=20)
"""Two renewals may be lost without consequence."""


@dataclass(frozen=True, slots=True)
class Grant:
    """At most `current_a`, for the reasons on `rungs`; without us the charger falls to `fallback_a`.

    Where nothing is `shared` out, nobody else gets what a charger does not take.
    """

    current_a: Amps
    fallback_a: Amps
    rungs: tuple[Rung, ...] = ()
    shared: bool = True

    def at_most(self, current: Amps) -> "Grant":
        """What is left once somebody else has set a lower limit: the rest is not the charger's any more."""
        if not self.shared or self.current_a <= current:
            return self
        return replace(self, current_a=current)

    def over(self) -> "Grant":
        """What holds once there is no session: the next one begins with what is safe anyhow."""
        return replace(self, current_a=self.fallback_a, rungs=())

    def unexplained(self, others: Ladder) -> Iterator[Rung]:
        """The rung that the others lack: there is no more room yet, although nobody asks for less."""
        if self.current_a < others.current_a:
            why = f"{self.current_a:g} A until there is room for more"
            yield Rung(LimitReason.LOAD_BALANCING, self.current_a, why)
