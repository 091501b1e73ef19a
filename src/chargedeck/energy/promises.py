"""What a charger may be drawing, has drawn and will draw, from what it was told; it decides nothing."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.snapshot import NOTHING, BalancerSettings, ManagedCharger, Phases

CONFIRMED_WITHIN = timedelta(seconds=10)
"""An order that the charger does not repeat by then was not heard."""

REMEMBERED = timedelta(seconds=60)

APPETITE_SHOWS = timedelta(seconds=60)
"""A car needs half a minute to resume; what it draws after this long is what it wants."""

LEAVES = Amps(1.5)
"""A car that leaves this much of its offer does not want it."""

STRETCH = Amps(2)
"""What such a car is left on top, so that it shows when it wants more."""

REACHES = Amps(1)
"""A car this close to its offer takes all it can get."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a charger drew at an instant, between these two; it may be both."""

    most: Phases
    least: Phases


class Promise:
    """One charger's offers and currents, as far back as they matter."""

    __slots__ = ("_drawn", "_offers", "_ordered", "_settled_since", "appetite", "facts", "heard")

    def __init__(self, now: datetime, facts: ManagedCharger) -> None:
        self.facts = facts
        self.appetite: Amps | None = None
        self._ordered: tuple[datetime, Amps] | None = None
        self.heard = True
        # Offers that were replaced, with the instant at which they were.
        self._offers: deque[tuple[datetime, Amps]] = deque(maxlen=16)
        self._drawn: deque[tuple[datetime, Phases]] = deque()
        self._settled_since = now

    def observe(self, now: datetime, facts: ManagedCharger) -> None:
        """Take in what is known now."""
        if facts.offered_a not in (self.facts.offered_a, self.offer):
            self._replaced(now, self.offer)
        self.facts = facts
        self._heard(now)
        if facts.drawn_a is not None and facts.drawn_at is not None:
            self._measured(facts.drawn_at, facts.drawn_a)
        self._tasted()

    def _heard(self, now: datetime) -> None:
        if self._ordered is None:
            return
        ordered_at, current = self._ordered
        if self.facts.offered_a == current:
            self._ordered, self.heard = None, True
        elif now - ordered_at > CONFIRMED_WITHIN:
            # A raise that was not heard did not happen; a cut that was not heard still has to.
            if self.facts.offered_a < current:
                self._ordered = None
            else:
                self.heard = False

    def to_repeat(self, now: datetime) -> bool:
        """Whether the charger should have confirmed a cut by now and has not."""
        return not self.heard and self._ordered is not None and now - self._ordered[0] > CONFIRMED_WITHIN

    def ordered(self, now: datetime, current: Amps) -> None:
        """The charger is being told this."""
        self._replaced(now, self.offer)
        self._ordered = (now, current)

    def _replaced(self, now: datetime, former: Amps) -> None:
        self._offers.append((now, former))
        self._settled_since = now

    def _measured(self, at: datetime, drawn: Phases) -> None:
        history = self._drawn
        if not history or at > history[-1][0]:
            history.append((at, drawn))
            while at - history[0][0] > REMEMBERED:
                history.popleft()

    def _tasted(self) -> None:
        drawn, offer = self.facts.highest_a, self.offer
        if drawn is None or offer <= 0 or not self.facts.wants or drawn >= offer - REACHES:
            self.appetite = None
        elif self._settled_for() >= APPETITE_SHOWS and drawn < offer - LEAVES:
            self.appetite = Amps(max(self.facts.min_a, drawn + STRETCH))

    def _settled_for(self) -> timedelta:
        """For how long its offer had been what it is when its current was measured."""
        measured_at = self.facts.drawn_at
        return timedelta(0) if measured_at is None else measured_at - self._settled_since

    @property
    def offer(self) -> Amps:
        """What the charger offers, or will as soon as it has heard its order."""
        return self.facts.offered_a if self._ordered is None else self._ordered[1]

    @property
    def wanted(self) -> Amps:
        """What it offers to a car that may take it; what cannot be changed is no offer."""
        return self.offer if self.facts.wants and self.heard else NO_CURRENT

    def excess(self, settle: timedelta) -> Amps:
        """What its car draws, or may draw, beyond its offer although there was time to follow."""
        may_be = NO_CURRENT if self.heard else self.facts.offered_a
        if self.facts.highest_a is not None and self._settled_for() > settle * 2:
            may_be = max(may_be, self.facts.highest_a)
        return Amps(max(NO_CURRENT, may_be - self.wanted))

    def at_most(self, now: datetime, settle: timedelta) -> Amps:
        """What it may draw until then: what it draws, is offered, and was offered a moment ago."""
        drawn = self.facts.highest_a or NO_CURRENT
        if not self.facts.wants:
            return drawn
        recent = [former for replaced_at, former in self._offers if now - replaced_at < settle]
        return max([self.offer, self.facts.offered_a, drawn, *recent])

    def drawn(self, at: datetime, settings: BalancerSettings) -> Drawn:
        """What it drew at an instant, as far as that can be told.

        Clocks differ and cars ramp: of all that was measured around the instant, the most counts. Where
        nothing was, it may have drawn what it last did, or by now all that it is offered.
        """
        within, settle = settings.clocks_agree_within, settings.settle
        if not self.facts.phases_known:
            return Drawn(self._on_phases(self.at_most(at, settle)), NOTHING)
        near = [*self._around(at - within, at + within)]
        if near:
            most = _highest(near)
            return Drawn(most, most)
        if not self.facts.wants:
            return Drawn(NOTHING, NOTHING)
        recent = [former for replaced_at, former in self._offers if replaced_at > at - settle]
        most = self._on_phases(max([self.offer, *recent]))
        before = [drawn for measured_at, drawn in self._drawn if measured_at < at]
        return Drawn(most, _lower(before[-1], most) if before else most)

    def _around(self, since: datetime, until: datetime) -> Iterator[Phases]:
        """What was measured between two instants; both are recent, so the search begins with the latest."""
        for measured_at, drawn in reversed(self._drawn):
            if measured_at < since:
                break
            if measured_at <= until:
                yield drawn

    def _on_phases(self, current: Amps) -> Phases:
        first, second, third = (current if k in self.facts.phases else NO_CURRENT for k in (1, 2, 3))
        return first, second, third


def _highest(all_of_them: Iterable[Phases]) -> Phases:
    first, second, third = (max(each) for each in zip(*all_of_them, strict=True))
    return first, second, third


def _lower(one: Phases, other: Phases) -> Phases:
    first, second, third = map(min, one, other)
    return first, second, third
