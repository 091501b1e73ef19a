"""Keeps every circuit within its rating: cuts at once, raises slowly, and says why; it sends nothing.

`docs/adr/0011` explains the rules. Time and facts come in with each step and orders go out, so that a
log of the snapshots repeats every decision.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import MINIMUM_CURRENT, Amps, ChargerId
from chargedeck.energy.balancer_words import Reckoning, totals
from chargedeck.energy.circuits import PHASES, CircuitId, CircuitTree
from chargedeck.energy.command_budget import CommandBudget
from chargedeck.energy.demand import Demand, Grant
from chargedeck.energy.metered import Metered
from chargedeck.energy.promises import Promise
from chargedeck.energy.raising import Transition, Wish
from chargedeck.energy.room import Room, Use, beside, exceeded, in_use, room, together, used
from chargedeck.energy.share import share
from chargedeck.energy.snapshot import (
    BalancerSettings,
    ManagedCharger,
    Order,
    Phases,
    Snapshot,
    Unreachable,
)
from chargedeck.energy.unreachable import kept_free

OVERTAKES_AFTER = timedelta(minutes=15)
"""Who has waited this long stands in line with those who charge; before, a swap is not worth two pauses."""


class Granted(NamedTuple):
    """A charger with what was asked for it and what it was granted."""

    promise: Promise
    demand: Demand
    grant: Grant


class Balancer:
    """The memory of one station's load balancing.

    `meters` are the circuits that have one, whether it speaks or not.
    """

    def __init__(
        self, tree: CircuitTree, meters: Iterable[CircuitId], settings: BalancerSettings | None = None
    ) -> None:
        self._tree = tree
        self._settings = settings or BalancerSettings()
        self._metered = {name: Metered(tree[name], self._settings) for name in meters}
        self._promises: dict[ChargerId, Promise] = {}
        self._caps: dict[ChargerId, Amps] = {}
        self._unreachable: list[ManagedCharger] = []
        self._budgets: dict[ChargerId, CommandBudget] = {}
        self._paused_at: dict[ChargerId, datetime] = {}
        self._raise_at: datetime | None = None
        self._asked: tuple[object, ...] = ()
        self._standing: dict[ChargerId, Rung] = {}

    def step(self, now: datetime, snapshot: Snapshot) -> tuple[Order, ...]:
        """What is to change now; a charger without an order keeps what it has."""
        self._observe(now, snapshot)
        return self._repeat(now) + (self._cut(now) or self._raise(now))

    def holds(self, charger: ChargerId) -> Rung | None:
        """What holds a charger at its current now, or None when it has all that it may have."""
        promise = self._promises[charger]
        if not promise.facts.wants:
            return None
        if (why := self._standing.get(charger)) is not None:
            return why
        if promise.offer < self._caps[charger]:
            words = f"{promise.offer:g} A: raised slowly"
            cause = Cause(CauseCode.RAISED_SLOWLY, {"current_a": promise.offer})
            return Rung(LimitReason.LOAD_BALANCING, promise.offer, words, cause)
        return None

    def _observe(self, now: datetime, snapshot: Snapshot) -> None:
        former, self._promises = self._promises, {}
        for facts in snapshot.chargers:
            promise = former.get(facts.charger) or Promise(now, facts)
            promise.observe(now, facts)
            self._promises[facts.charger] = promise
            if not facts.wants:
                self._standing.pop(facts.charger, None)
                self._paused_at.pop(facts.charger, None)
            if facts.charger not in self._budgets:
                self._budgets[facts.charger] = CommandBudget(self._settings.commands_an_hour, now)
        self._unreachable = [
            each.facts for each in self._promises.values() if each.facts.unreachable is not None
        ]
        readings = {reading.circuit: reading for reading in snapshot.readings}
        for name, metered in self._metered.items():
            reading = readings.get(name)
            if reading is None or not metered.is_news(now, reading):
                metered.observe(now, None, ())
            else:
                drawn = [each.drawn(reading.at, self._settings) for each in self._below(name)]
                metered.observe(now, reading, drawn)
        self._caps = {name: self._cap(promise) for name, promise in self._promises.items()}

    def _below(self, circuit: CircuitId) -> list[Promise]:
        return [each for each in self._promises.values() if circuit in self._tree.path(each.facts.circuit)]

    def _repeat(self, now: datetime) -> tuple[Order, ...]:
        """Say again what a charger did not hear; until it does, the others pay for it."""
        orders = []
        for name, promise in self._promises.items():
            if promise.to_repeat(now):
                promise.ordered(now, promise.offer)
                orders.append(Order(name, promise.offer, self._standing.get(name)))
        return tuple(orders)

    def _cut(self, now: datetime) -> tuple[Order, ...]:
        """Take away at once what does not fit any more, and no more than that."""
        loads = self._with_excess({name: each.loads() for name, each in self._metered.items()})
        kept = self._kept_free(lambda gone: gone.held_a)
        left, sums = room(self._tree, loads, self._settings.margin_a), together(self._in_use(), kept)
        over = exceeded(self._tree, left, sums, self._settings.tolerance_a)
        capped = {name for name, each in self._promises.items() if each.wanted > self._caps[name]}
        if not over and not capped:
            return ()
        running = [
            (each, min(each.offer, self._caps[name]))
            for name, each in self._promises.items()
            if each.wanted > 0
        ]
        granted = self._shared(now, beside(self._tree, left, kept, {}), running)
        reckoning = self._reckoning(loads, granted, kept)
        for circuit, phases in over.items():
            if circuit in self._metered:
                self._metered[circuit].cut(now, phases)
        return tuple(
            self._order(now, each, each.grant.current_a, reckoning)
            for each in granted
            if each.grant.current_a < each.promise.offer and (over or each.demand.charger in capped)
        )

    def _raise(self, now: datetime) -> tuple[Order, ...]:
        """Give away what has stayed free; shift from one to another by lowering the one first."""
        if not self._due(now):
            return ()
        loads = self._with_excess({name: each.peaks(now) for name, each in self._metered.items()})
        kept, sums = self._kept_free(lambda gone: gone.most_a), self._in_use()
        left = in_use(room(self._tree, loads, self._settings.margin_a), sums)
        asking = [
            (each, self._caps[name])
            for name, each in self._promises.items()
            if each.facts.wants and each.heard and not self._locked(now, each)
        ]
        granted = self._shared(now, beside(self._tree, left, kept, sums), asking)
        reckoning = self._reckoning(loads, granted, kept, now)
        self._explain(granted, reckoning)
        by_charger = {each.demand.charger: each for each in granted}
        settings = self._settings
        transition = Transition(self._tree, left, self._promises, kept, settings.settle, settings.tolerance_a)
        orders = []
        for wish, current in transition.changes(now, self._wishes(now, granted)):
            if current > wish.promise.offer:
                self._raised(now, wish.promise)
            orders.append(self._order(now, by_charger[wish.demand.charger], current, reckoning))
        return tuple(orders)

    def _due(self, now: datetime) -> bool:
        """Whether it is time to look for something to give away; a new wish is looked at now."""
        asked = tuple((name, each.facts.wants, self._caps[name]) for name, each in self._promises.items())
        if asked == self._asked and self._raise_at is not None and now < self._raise_at:
            return False
        self._asked, self._raise_at = asked, now + self._settings.pace
        return True

    def _wishes(self, now: datetime, granted: Iterable[Granted]) -> list[Wish]:
        return [
            Wish(
                each.promise,
                each.demand,
                each.grant,
                self._budgets[each.demand.charger].worthwhile(now, self._settings.deadband_a),
            )
            for each in granted
            if all(metered.may_raise(now) for metered in self._before(each.promise))
        ]

    def _raised(self, now: datetime, promise: Promise) -> None:
        for metered in self._before(promise):
            metered.raised(now, promise.facts.phases)

    def _before(self, promise: Promise) -> list[Metered]:
        path = self._tree.path(promise.facts.circuit)
        return [self._metered[name] for name in path if name in self._metered]

    def _with_excess(self, loads: Mapping[CircuitId, Phases]) -> Mapping[CircuitId, Phases]:
        """The loads, and what cars draw beyond their offers."""
        settle = self._settings.settle
        excess = [_use(each, current) for each in self._promises.values() if (current := each.excess(settle))]
        if not excess:
            return loads
        sums = used(self._tree, excess)
        return dict(loads) | {
            name: (Amps(load[0] + more[0]), Amps(load[1] + more[1]), Amps(load[2] + more[2]))
            for name, more in sums.items()
            for load in (loads.get(name, (Amps(0), Amps(0), Amps(0))),)
        }

    def _in_use(self) -> Mapping[CircuitId, Phases]:
        return used(self._tree, (_use(each, each.wanted) for each in self._promises.values()))

    def _kept_free(self, current: Callable[[Unreachable], Amps]) -> Mapping[CircuitId, Phases]:
        return kept_free(self._tree, self._unreachable, current, self._has_shown)

    def _has_shown(self, circuit: CircuitId, since: datetime) -> bool:
        metered = self._metered.get(circuit)
        return metered is not None and metered.has_shown(since)

    def _cap(self, promise: Promise) -> Amps:
        """What it may have at most, beside what the circuits have room for."""
        most = promise.facts.max_a
        if any(metered.lost for metered in self._before(promise)):
            most = min(most, self._settings.meter_lost_a)
        return most

    def _locked(self, now: datetime, promise: Promise) -> bool:
        paused_at = self._paused_at.get(promise.facts.charger)
        return promise.offer <= 0 and paused_at is not None and now - paused_at < self._settings.restart_lock

    def _shared(self, now: datetime, left: Room, asking: Iterable[tuple[Promise, Amps]]) -> list[Granted]:
        promises, demands = [], []
        for promise, most in asking:
            promises.append(promise)
            demands.append(self._demand(now, promise, most))
        grants = share(self._tree, left.available, demands, left.available_w)
        return [Granted(*each) for each in zip(promises, demands, grants, strict=True)]

    def _demand(self, now: datetime, promise: Promise, most: Amps) -> Demand:
        facts = promise.facts
        paused_at = self._paused_at.get(facts.charger)
        waiting = timedelta(0) if paused_at is None or promise.offer > 0 else now - paused_at
        stands_back = promise.offer <= 0 and paused_at is not None and waiting < OVERTAKES_AFTER
        return Demand(
            charger=facts.charger,
            circuit=facts.circuit,
            phases=facts.phases,
            max_a=most if promise.appetite is None else min(most, promise.appetite),
            min_a=facts.min_a,
            step_a=facts.step_a,
            weight=facts.weight,
            priority=2 * facts.priority - stands_back,
            waiting=waiting,
        )

    def _reckoning(
        self,
        loads: Mapping[CircuitId, Phases],
        granted: Iterable[Granted],
        kept: Mapping[CircuitId, Phases],
        now: datetime | None = None,
    ) -> Reckoning:
        sums = together(totals(self._tree, ((each.demand, each.grant) for each in granted)), kept)
        lost = frozenset(name for name, metered in self._metered.items() if metered.lost)
        waits = {
            (name, phase): metered.wait(now, phase)
            for name, metered in self._metered.items()
            for phase in PHASES
            if now is not None
        }
        return Reckoning(self._tree, loads, sums, lost, waits)

    def _explain(self, granted: Iterable[Granted], reckoning: Reckoning) -> None:
        """Say anew why each has what it has; the orders that follow say it of those that change."""
        for each in granted:
            why = reckoning.rung(each.demand, each.grant, each.promise.offer)
            if why is not None:
                self._standing[each.demand.charger] = why
            elif each.promise.offer >= each.grant.current_a:
                self._standing.pop(each.demand.charger, None)

    def _order(self, now: datetime, granted: Granted, current: Amps, reckoning: Reckoning) -> Order:
        charger = granted.demand.charger
        granted.promise.ordered(now, current)
        self._budgets[charger].spend(now)
        # Whoever was paused by somebody else's limit has no lock to wait for when that is lifted.
        if current < MINIMUM_CURRENT <= self._caps[charger]:
            self._paused_at[charger] = now
        why = reckoning.rung(granted.demand, granted.grant, current)
        self._standing.pop(charger, None)
        if why is not None:
            self._standing[charger] = why
        return Order(charger, current, why)


def _use(promise: Promise, current: Amps) -> Use:
    return Use(promise.facts.circuit, promise.facts.phases, current)
