"""The steps of `share` for a house or a small site, in plain Python; it sees one instant of one site."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy.circuits import CircuitId, CircuitTree
from chargedeck.energy.demand import Bound, Demand, Grant
from chargedeck.energy.limiting import TOLERANCE, Car, Limit, site

_ROUNDS = 50
"""After so many tries an unbalance limit is kept by taking amperes away, and not by sharing better."""


def shared(
    tree: CircuitTree,
    available: Mapping[CircuitId, tuple[Amps, Amps, Amps]],
    demands: Sequence[Demand],
    available_w: Mapping[CircuitId, Watts],
) -> tuple[Grant, ...]:
    """Grant each demand its amperes; what is shared how stands in `chargedeck.energy.share`."""
    cars, limits = site(tree, available, demands, available_w)
    charging = _admitted(sorted((car for car in cars if car.least <= car.most), key=Car.place))
    _fill(charging, limits)
    for car in charging:
        car.take(car.demand.whole_steps(car.current) - car.current)
    _even_out(limits)
    _hand_out(charging)
    return tuple(Grant(car.demand.charger, Amps(car.current), _bound(car)) for car in cars)


def _admitted(waiting: list[Car]) -> list[Car]:
    """Give everybody who still fits the minimum, the most deserving first."""
    admitted: list[Car] = []
    while came := _each_that_fits(waiting, lambda car: car.least):
        admitted += came
        waiting = [car for car in waiting if not car.current and car.counters]
    return admitted


def _each_that_fits(cars: Iterable[Car], amps: Callable[[Car], float]) -> list[Car]:
    fitted = []
    for car in cars:
        if car.fits(more := amps(car)):
            car.take(more)
            fitted.append(car)
    return fitted


def _fill(cars: list[Car], limits: list[Limit]) -> None:
    """Raise all together, for their weights, until a limit holds them one by one.

    What an unbalance limit allows hangs on the other phases: it is taken from the last try.
    """
    tried = {car: car.most for car in cars}
    shares, rounds = _shares(cars, limits, tried), 1
    while any(limit.counters for limit in limits) and rounds < _ROUNDS and shares != tried:
        tried, shares, rounds = shares, _shares(cars, limits, shares), rounds + 1
    for car, current in shares.items():
        car.take(current - car.current)


def _shares(cars: list[Car], limits: list[Limit], tried: Mapping[Car, float]) -> dict[Car, float]:
    shares: dict[Car, float] = {}
    spare = {limit: limit.capacity + sum(tried.get(car, 0.0) for car in limit.counters) for limit in limits}
    levels = {limit: _level(spare[limit], _open(limit, shares)) for limit in limits}
    while levels:
        lowest = min(levels, key=levels.__getitem__)
        if (level := levels.pop(lowest)) == math.inf:
            break
        changed: dict[Limit, None] = {}
        for car, _ in _open(lowest, shares):
            shares[car] = car.at(level)
            for limit, per_amp in car.limits:
                spare[limit] -= shares[car] * per_amp
                changed[limit] = None
        levels |= {limit: _level(spare[limit], _open(limit, shares)) for limit in changed if limit in levels}
    return {car: shares.get(car, car.most) for car in cars}


def _open(limit: Limit, shares: Mapping[Car, float]) -> list[tuple[Car, float]]:
    """Who of a limit's members charges and has no share yet."""
    return [(car, per_amp) for car, per_amp in limit.members if car.current and car not in shares]


def _level(spare: float, members: list[tuple[Car, float]]) -> float:
    """The level up to which the members can rise together: exact, from one kink to the next."""
    if sum(car.most * per_amp for car, per_amp in members) <= spare + TOLERANCE:
        return math.inf
    kinks = sorted(_kinks(members))
    level, slope = 0.0, 0.0
    spare -= sum(car.least * per_amp for car, per_amp in members)
    for kink, steeper in kinks:
        if slope * (kink - level) > spare:
            break
        spare -= slope * (kink - level)
        level, slope = kink, slope + steeper
    return level + max(spare, 0.0) / slope if slope > 0 else level


def _kinks(members: Iterable[tuple[Car, float]]) -> Iterator[tuple[float, float]]:
    for car, per_amp in members:
        yield car.least / car.demand.weight, per_amp * car.demand.weight
        yield car.most / car.demand.weight, -per_amp * car.demand.weight


def _even_out(limits: list[Limit]) -> None:
    """Take steps from the highest until no limit is broken: rounding can tilt an unbalance.

    A limit that others break by themselves has no car that could mend it, and is left alone.
    """
    while mendable := [cars for limit in limits if limit.left < -TOLERANCE and (cars := _above_least(limit))]:
        car = max(mendable[0], key=lambda car: (car.level, car.place()))
        car.take(-car.demand.step_a)


def _above_least(limit: Limit) -> list[Car]:
    return [car for car, _ in limit.members if car.current > car.least + TOLERANCE]


def _hand_out(cars: list[Car]) -> None:
    """Pass the steps that rounding left over, one for each in a round, the lowest share first."""
    while cars := _each_that_fits(
        sorted((car for car in cars if car.wants_more), key=lambda car: (car.level, car.place())),
        lambda car: car.demand.step_a,
    ):
        pass


def _bound(car: Car) -> Bound | None:
    """The fullest limit that has no room for what the car lacks; of several the one nearest to it."""
    if car.least > car.most or (car.current and not car.wants_more):
        return None
    lacks = car.demand.step_a if car.current else car.least
    full = [limit for limit, per_amp in car.limits if limit.left < lacks * per_amp - TOLERANCE]
    return min(full, key=lambda limit: round(limit.left, 6)).bound
