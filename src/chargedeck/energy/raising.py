"""Who is given more and who gives way first: break before make, and only where it is worth a command."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chargedeck.domain.units import NO_CURRENT, Amps, ChargerId
from chargedeck.energy.circuits import CircuitId, CircuitTree
from chargedeck.energy.demand import Demand, Grant
from chargedeck.energy.promises import Promise
from chargedeck.energy.room import Room, Use, added, exceeded, spare, together, used
from chargedeck.energy.snapshot import Phases


@dataclass(frozen=True, slots=True)
class Wish:
    """What a charger asked for, what it is to have, and by how much that has to differ to be told."""

    promise: Promise
    demand: Demand
    grant: Grant
    worthwhile_a: Amps

    @property
    def gain(self) -> Amps:
        """How much more it is to have."""
        return Amps(self.grant.current_a - self.promise.offer)


@dataclass(frozen=True, slots=True)
class Transition:
    """What there is room for while some chargers have not followed their last order yet.

    `kept` is what stays free for those who cannot be reached.
    """

    tree: CircuitTree
    left: Room
    promises: Mapping[ChargerId, Promise]
    kept: Mapping[CircuitId, Phases]
    settle: timedelta
    tolerance_a: Amps

    def changes(self, now: datetime, wishes: Sequence[Wish]) -> Iterator[tuple[Wish, Amps]]:
        """Lower those who give way, then raise as far as nobody else may still be drawing it.

        Each change is to be ordered before the next one is asked for, since that one counts with it.
        """
        gainers = [wish for wish in wishes if wish.gain >= wish.worthwhile_a]
        if not gainers:
            return
        for wish in wishes:
            if -wish.gain >= wish.worthwhile_a:
                yield wish, wish.grant.current_a
        drawn = used(self.tree, (self._use(now, promise) for promise in self.promises.values()))
        sums = together(drawn, self.kept)
        for wish in sorted(gainers, key=lambda wish: wish.demand.place()):
            own = self._use(now, wish.promise)
            others = added(self.tree, sums, replace(own, current_a=Amps(-own.current_a)))
            current = self._free(wish, own, others)
            if current - wish.promise.offer >= wish.worthwhile_a and current >= wish.demand.range()[0]:
                yield wish, current
                sums |= added(self.tree, others, self._use(now, wish.promise))

    def _use(self, now: datetime, promise: Promise) -> Use:
        """What a charger may be drawing until it has settled."""
        facts = promise.facts
        return Use(facts.circuit, facts.phases, promise.at_most(now, self.settle))

    def _free(self, wish: Wish, own: Use, others: Mapping[CircuitId, Phases]) -> Amps:
        """Its grant, as far as what the others may be drawing leaves it."""
        most = spare(self.tree, self.left, others, own.circuit, own.phases)
        current = Amps(wish.demand.whole_steps(min(wish.grant.current_a, most)))
        with_it = added(self.tree, others, replace(own, current_a=current))
        over = exceeded(self.tree, self.left, with_it, self.tolerance_a)
        return NO_CURRENT if over else current
