"""What a step of fair sharing costs, from a house to a hundred thousand chargers under a four-level tree."""

import statistics
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np

from bench.result import Measure, Result, Target
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps, ChargerId
from chargedeck.energy import wide
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.modes import Mode
from chargedeck.energy.share import Demand, share
from chargedeck.energy.snapshot import ManagedCharger, MeterReading
from chargedeck.energy.station import Station, StationCharger, StationFacts
from chargedeck.energy.wide_site import Outlet, WideSite

FANOUT = 10
"""Chargers to a row, rows to a floor, floors to a building."""
_PHASES = ((1, 2, 3), (1, 2, 3), (1, 2, 3), (1,), (2,), (3,))
_PER_CHARGER_A = (9.0, 7.5, 6.8, 5.6)
"""What a row, a floor, a building and the connection have for each of their chargers and phases.

With three-phase and one-phase cars in equal parts every level binds somewhere. Where fewer charge, the
connection is as much smaller: a larger one would have nothing to share.
"""
EVENING = 0.4
"""The part of a large site's chargers at which a car charges when it is busiest."""
_STEPPED = 3_000_000
"""Chargers over all steps of a size, of which the least disturbed counts: 300 steps among 10,000."""
STEPS = {10_000: Target(10, "at most"), 100_000: Target(120, "at most")}


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """Measure sites of each size; `only` names stages."""
    stages = {"house": _houses, "station": _stations, "site": _sites}
    measures = list[Measure]()
    for name, stage in stages.items():
        if not only or name in only:
            measures += stage(quick=quick)
    return Result("energy", tuple(measures))


def _houses(*, quick: bool) -> list[Measure]:
    measures = []
    for chargers in (3, 30, 200):
        tree, demands = site(chargers)
        step = partial(share, tree, {}, demands)
        taken = _median_ms(step, 5 if quick else 50)
        measures.append(Measure(f"share() among {chargers} chargers", taken, "ms"))
    return measures


def _stations(*, quick: bool) -> list[Measure]:
    """A whole second of a station's control loop, with every charger in use and half a minute behind it."""
    measures = []
    for chargers in (200, 2_000):
        seconds = 40 if quick else 80
        taken = list(_ticks(chargers, seconds))
        note = f"the longest {max(taken) * 1e3:.0f} ms, when all begin at once or shares are given anew"
        name = f"a second of a station with {chargers:,} chargers"
        measures.append(Measure(name, statistics.median(taken[30:]) * 1e3, "ms", note=note))
    return measures


def _ticks(chargers: int, seconds: int) -> Iterator[float]:
    tree, demands = site(chargers)
    station = Station(tree, [tree.root])
    told = dict.fromkeys((demand.charger for demand in demands), Amps(0))
    for second in range(seconds):
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
        present = tuple(_obedient(demand, told[demand.charger], now) for demand in demands)
        drawn = [each.managed.drawn_a or (Amps(0),) * 3 for each in present]
        on_l1, on_l2, on_l3 = (Amps(sum(phase)) for phase in zip(*drawn, strict=True))
        facts = StationFacts(Mode.POWER, (MeterReading(tree.root, now, (on_l1, on_l2, on_l3)),), present)
        started = time.process_time()
        plan = station.plan(facts, now)
        yield time.process_time() - started
        told |= {order.charger: order.current_a for order in plan.orders}


def _obedient(demand: Demand, told: Amps, now: datetime) -> StationCharger:
    """A charger that has heard what it was told, with a car that takes all of it."""
    one, two, three = (told if phase in demand.phases else Amps(0) for phase in (1, 2, 3))
    managed = ManagedCharger(
        demand.charger, demand.circuit, demand.phases, True, demand.max_a, told, (one, two, three), now
    )
    return StationCharger(managed, Rung(LimitReason.INSTALLATION, demand.max_a))


def _sites(*, quick: bool) -> list[Measure]:
    measures, all_ms = [], dict[int, float]()
    for chargers, target in STEPS.items():
        times = 3 if quick else _STEPPED // chargers
        yardstick = _best_ms(_yardstick(chargers), times)
        for words, charging in (("an evening", EVENING), ("all charge", 1.0)):
            all_ms[chargers], note = _step(chargers, charging, times)
            ratio = f"{all_ms[chargers] / yardstick:.1f} times the yardstick"
            name = f"a step among {chargers:,} chargers, {words}"
            measures.append(Measure(name, all_ms[chargers], "ms", target, f"{note}; {ratio}"))
        name = f"yardstick: numpy fills {chargers // FANOUT:,} rows, one phase, no tree"
        measures.append(Measure(name, yardstick, "ms"))
    (few, few_ms), (many, many_ms) = all_ms.items()
    growth = (many_ms / many) / (few_ms / few)
    name = "each charger's cost at 100,000 against 10,000"
    return [*measures, Measure(name, growth, "times", Target(2, "at most"))]


def _step(chargers: int, charging: float, times: int) -> tuple[float, str]:
    tree, demands = site(chargers, charging)
    laid_out = WideSite(tree, [Outlet(d.charger, d.circuit, d.phases, d.step_a) for d in demands])
    asked = wide.asked_by(demands)
    current = wide.Instant(laid_out, asked, {}, {}).currents()
    taken = _best_ms(lambda: wide.Instant(laid_out, asked, {}, {}).currents(), times)
    return taken, f"{int((current > 0).sum()):,} charge, {current.sum():,.0f} A"


def _yardstick(chargers: int) -> Callable[[], object]:
    """What numpy alone takes to fill as many rows from nothing by halving: it tells a slow machine."""
    chance = np.random.default_rng(chargers)
    weight, most = chance.uniform(0.5, 2, chargers), chance.choice([11.0, 16.0, 32.0], chargers)
    starts = np.arange(0, chargers, FANOUT)
    rating = chance.uniform(70, 110, len(starts))

    def fill() -> object:
        low, high = np.zeros(len(starts)), np.full(len(starts), 64.0)
        for _ in range(30):
            level = (low + high) / 2
            fits = np.add.reduceat(np.minimum(weight * level.repeat(FANOUT), most), starts) <= rating
            low, high = np.where(fits, level, low), np.where(fits, high, level)
        return low

    return fill


def site(chargers: int, charging: float = 1.0) -> tuple[CircuitTree, list[Demand]]:
    """A connection, buildings, floors and rows, and a car that wants to charge at some of the chargers."""
    chance = np.random.default_rng(chargers)
    rows = _named("row", chargers // FANOUT)
    floors, buildings = _named("floor", len(rows) // FANOUT), _named("building", len(rows) // FANOUT**2)
    row, floor, building, all_a = (charging * part for part in _PER_CHARGER_A)
    circuits = [Circuit(CircuitId("connection"), None, Amps(all_a * max(chargers, FANOUT)))]
    parents = [circuits[0].id]
    for names, rating in (
        (buildings, building * FANOUT**3),
        (floors, floor * FANOUT**2),
        (rows, row * FANOUT),
    ):
        circuits += [
            Circuit(
                name, parents[min(n // FANOUT, len(parents) - 1)], Amps(rating * chance.uniform(0.85, 1.15))
            )
            for n, name in enumerate(names)
        ]
        parents = names
    return CircuitTree(circuits), [_demand(n, parents, charging, chance) for n in range(chargers)]


def _named(kind: str, count: int) -> list[CircuitId]:
    return [CircuitId(f"{kind} {n}") for n in range(max(count, 1))]


def _demand(number: int, rows: list[CircuitId], charging: float, chance: np.random.Generator) -> Demand:
    return Demand(
        ChargerId(f"{number:06}"),
        rows[min(number // FANOUT, len(rows) - 1)],
        _PHASES[chance.integers(len(_PHASES))],
        Amps(float(chance.choice([11, 16, 32])) if chance.random() < charging else 0.0),
        weight=float(chance.uniform(0.5, 2)),
        waiting=timedelta(seconds=int(chance.integers(600))),
    )


def _median_ms(step: Callable[[], object], times: int) -> float:
    return statistics.median(_taken(step, times)) * 1e3


def _best_ms(step: Callable[[], object], times: int) -> float:
    """The run that others on the machine disturbed least: they cost a step its caches."""
    return min(_taken(step, times)) * 1e3


def _taken(step: Callable[[], object], times: int) -> list[float]:
    """The processor's time and not the clock's: a step waits for nothing."""
    step()
    taken = []
    for _ in range(times):
        started = time.process_time()
        step()
        taken.append(time.process_time() - started)
    return taken
