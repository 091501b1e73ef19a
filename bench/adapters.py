"""Adapters for benchmarks of others: they translate, and decide nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chargedeck.domain.units import Amps, WattHours, Watts
from chargedeck.energy.balancer import Balancer
from chargedeck.energy.circuits import Circuit, CircuitId, CircuitTree
from chargedeck.energy.plan import plan
from chargedeck.energy.plan_curve import Worth
from chargedeck.energy.plan_experience import Experience
from chargedeck.energy.plan_slot import PlanSlot, PowerRange, SlotWorth
from chargedeck.energy.snapshot import BalancerSettings, ManagedCharger, MeterReading, Snapshot
from chargedeck.energy.urgency import urgency


def __getattr__(name: str) -> Any:
    """ACN-Sim is heavy and not always there: only who asks for its algorithm loads it."""
    if name == "AcnAlgorithm":
        from bench.acn_algorithm import AcnAlgorithm  # noqa: PLC0415

        return AcnAlgorithm
    raise AttributeError(name)


class PlanYear:
    """ChargeDeck's departure plan as a policy for one car, asked every hour."""

    POWERS = (PowerRange(Watts(1380), Watts(11_000)),)

    def __init__(self) -> None:
        self._experience = Experience()

    def power_kw(self, view: Any) -> float:
        """Plan anew and tell the power of this hour."""
        outlook = tuple(self._slot(view, ahead) for ahead in range(len(view.solar_kw)))
        self._experience = self._experience.after(outlook)
        until = outlook[: view.hours_left]
        request = self._experience.request(until, WattHours(view.needed_kwh * 1000), self.POWERS)
        return plan(request).power_w / 1000

    @staticmethod
    def _slot(view: Any, ahead: int) -> PlanSlot:
        start = view.hour + timedelta(hours=ahead)
        price = view.prices[ahead] if ahead < len(view.prices) else None
        load_kw = view.load_profile_kw[start.hour] if ahead else view.load_kw
        return PlanSlot(
            start,
            start + timedelta(hours=1),
            Watts(view.solar_kw[ahead] * 1000),
            Watts(load_kw * 1000),
            SlotWorth(*map(Worth, price)) if price else None,
        )


def plan_year_controller() -> PlanYear:
    """A planner without experience."""
    return PlanYear()


class HouseController:
    """ChargeDeck's balancer in a house with one meter."""

    MAIN = CircuitId("main")
    START = datetime(2026, 1, 1, tzinfo=UTC)
    METER_LAG = timedelta(seconds=1)
    ONE_CLOCK = timedelta(0)

    def __init__(self) -> None:
        tree = CircuitTree([Circuit(self.MAIN, None, Amps(25))])
        self._balancer = Balancer(tree, [self.MAIN], BalancerSettings(clocks_agree_within=self.ONE_CLOCK))

    def step(self, now_s: float, meter: Any, cars: list[Any]) -> dict[str, float]:
        """Pass on what changed since the last second."""
        now = self.START + timedelta(seconds=now_s)
        readings = [] if meter is None else [self._reading(meter)]
        snapshot = Snapshot(readings, [self._charger(car, now) for car in cars])
        return {order.charger: order.current_a for order in self._balancer.step(now, snapshot)}

    def _reading(self, meter: Any) -> MeterReading:
        flowed_at = self.START + timedelta(seconds=meter.at_s) - self.METER_LAG
        return MeterReading(self.MAIN, flowed_at, meter.current_a)

    def _charger(self, car: Any, now: datetime) -> ManagedCharger:
        first, second, third = (Amps(car.current_a if phase in car.phases else 0) for phase in range(3))
        return ManagedCharger(
            charger=car.id,
            circuit=self.MAIN,
            phases=tuple(phase + 1 for phase in car.phases),
            wants=car.plugged,
            max_a=car.max_a,
            offered_a=car.offered_a,
            drawn_a=(first, second, third),
            drawn_at=now,
            step_a=Amps(0.1),
            weight=urgency(car.energy_needed_wh, timedelta(seconds=car.departs_in_s)),
        )


def house_controller() -> HouseController:
    """A balancer without a memory."""
    return HouseController()
