"""A small house for the balancer's tests: cars that follow late, loads that come and go, one meter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from chargedeck.domain.units import Amps, ChargerId
from chargedeck.energy.balancer import Balancer
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.snapshot import (
    BalancerSettings,
    ManagedCharger,
    MeterReading,
    Order,
    Phases,
    Snapshot,
    Unreachable,
)

MAIN = CircuitId("main")
START = datetime(2026, 1, 1, 18, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def at(second: float) -> datetime:
    return START + seconds(second)


def phases(*amps: float) -> Phases:
    first, second, third = (Amps(each) for each in amps)
    return first, second, third


@dataclass
class Car:
    """Follows an offer after 3 s, down by 8 A and up by 4 A a second, and resumes after 25 s."""

    name: str
    on: tuple[int, ...] = (1, 2, 3)
    max_a: float = 16
    wants: bool = True
    takes: float = 32
    weight: float = 1
    circuit: CircuitId = MAIN
    obeys: bool = True
    measured_every: int = 1
    calls_them: tuple[int, ...] = ()
    shares: tuple[float, float, float] = (1, 1, 1)
    offered: float = 0
    current: float = 0
    follows: float = 0
    resumes_at: float = -1
    coming: list[tuple[float, float]] = field(default_factory=list)
    measured: tuple[float, float] = (0, 0)
    gone: Unreachable | None = None

    def tell(self, second: float, amps: float) -> None:
        self.offered = amps
        self.coming.append((second + 3, amps))

    def pass_second(self, second: float) -> None:
        while self.coming and self.coming[0][0] <= second:
            amps = self.coming.pop(0)[1]
            if self.follows == 0 and amps > 0:
                self.resumes_at = second + 25
            self.follows = amps
        if not self.obeys:
            self.current = self.takes if self.follows > 0 else 0
            return
        wanted = min(self.follows, self.takes) if self.wants and second >= self.resumes_at else 0
        self.current += max(-8, min(4, wanted - self.current)) if wanted else -self.current

    def on_phase(self, phase: int) -> float:
        return self.current * self.shares[phase - 1] if phase in self.on else 0

    def facts(self, second: float) -> ManagedCharger:
        if second % self.measured_every == 0:
            self.measured = second, self.current
        measured_at, current = self.measured
        own = self.calls_them or self.on
        shares = zip((1, 2, 3), self.shares, strict=True)
        drawn = phases(*(current * share if phase in own else 0 for phase, share in shares))
        return ManagedCharger(
            charger=ChargerId(self.name),
            circuit=self.circuit,
            phases=own,
            wants=self.wants and self.gone is None,
            max_a=Amps(self.max_a),
            offered_a=Amps(self.offered),
            drawn_a=drawn if self.gone is None else None,
            drawn_at=at(measured_at),
            weight=self.weight,
            unreachable=self.gone,
        )


Load = Callable[[int], Phases]


def quiet(_: int) -> Phases:
    return phases(2, 2, 2)


class House:
    """One main breaker with a meter that speaks every `interval` seconds unless it is `silent`."""

    def __init__(
        self,
        *cars: Car,
        load: Load = quiet,
        settings: BalancerSettings | None = None,
        circuits: Sequence[Circuit] = (Circuit(MAIN, None, Amps(25)),),
        interval: int = 1,
    ) -> None:
        self.cars = {car.name: car for car in cars}
        self.load, self.interval = load, interval
        self.silent: Callable[[int], bool] = lambda _: False
        self.deaf: set[str] = set()
        self.balancer = Balancer(CircuitTree(circuits), [MAIN], settings)
        self.second = 0
        self.orders: list[tuple[int, Order]] = []
        self.totals: list[Phases] = []
        self._reading: MeterReading | None = None

    def run(self, until: int) -> Self:
        while self.second < until:
            self._pass_second()
            self.second += 1
        return self

    def _pass_second(self) -> None:
        second, load = self.second, self.load(self.second)
        for car in self.cars.values():
            car.pass_second(second)
        total = phases(
            *(load[phase - 1] + sum(car.on_phase(phase) for car in self.cars.values()) for phase in (1, 2, 3))
        )
        self.totals.append(total)
        if second % self.interval == 0 and not self.silent(second):
            self._reading = MeterReading(MAIN, at(second), total)
        readings = [] if self._reading is None else [self._reading]
        snapshot = Snapshot(readings, [car.facts(second) for car in self.cars.values()])
        for order in self.balancer.step(at(second), snapshot):
            self.orders.append((second, order))
            if order.charger not in self.deaf:
                self.cars[order.charger].tell(second, order.current_a)

    def of(self, name: str) -> list[tuple[int, float]]:
        return [(second, order.current_a) for second, order in self.orders if order.charger == name]

    def over(self, rating: float = 25.25, since: int = 0) -> int:
        """The longest run of seconds above the rating."""
        longest = run = 0
        for total in self.totals[since:]:
            run = run + 1 if max(total) > rating else 0
            longest = max(longest, run)
        return longest


def charger(**changes: Any) -> ManagedCharger:
    return replace(ManagedCharger(ChargerId("a"), MAIN, (1, 2, 3), wants=True, max_a=Amps(16)), **changes)
