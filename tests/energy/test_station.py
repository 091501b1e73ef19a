"""A station's plan: modes, grid operator and load balancing on one ladder, and its log."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.energy.causes import told_by_cause
from tests.energy.household import MAIN, Car, at, phases, seconds

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import Circuit
from chargedeck.energy.modes import Mode, SolarSettings
from chargedeck.energy.snapshot import MeterReading, Unreachable
from chargedeck.energy.station import (
    Station,
    StationCharger,
    StationFacts,
    StationPlan,
    StationSettings,
)
from chargedeck.energy.station_log import Started, Tick, replay

A = ChargerId("a")
INSTALLATION = Rung(LimitReason.INSTALLATION, Amps(16))
USER = Rung(LimitReason.USER, Amps(10))
PRICE = Rung(LimitReason.PRICE, Amps(0))


class Site:
    """A station that is planned every second; its cars follow, and all facts are kept."""

    def __init__(self, *cars: Car, rating: float = 25, **settings: Any) -> None:
        self.cars = cars
        self.extra: dict[str, Any] = {}
        self.mode = Mode.POWER
        self.house = phases(2, 2, 2)
        self.operator_w: Watts | None = None
        self.metered = True
        self.stuck: tuple[MeterReading, ...] | None = None
        self.second = 0
        self.ticks: list[Tick] = []
        self.plans: list[StationPlan] = []
        self.started = Started((Circuit(MAIN, None, Amps(rating)),), (MAIN,), StationSettings(**settings))
        self.station = self.started.station()

    def run(self, count: int) -> StationPlan:
        for _ in range(count):
            facts = self._facts()
            plan = self.station.plan(facts, at(self.second))
            self.ticks.append(Tick(at(self.second), facts))
            self.plans.append(plan)
            for order in plan.orders:
                next(car for car in self.cars if car.name == order.charger).tell(self.second, order.current_a)
            for car in self.cars:
                shown = plan.ladders[ChargerId(car.name)].current_a
                assert not car.wants or shown == car.offered, "the ladder says what the charger was told"
            self.second += 1
        return self.plans[-1]

    def _facts(self) -> StationFacts:
        for car in self.cars:
            car.pass_second(self.second)
        total = phases(
            *(self.house[phase - 1] + sum(car.on_phase(phase) for car in self.cars) for phase in (1, 2, 3))
        )
        read = (MeterReading(MAIN, at(self.second), total),) if self.metered else ()
        readings = read if self.stuck is None else self.stuck
        chargers = tuple(
            StationCharger(car.facts(self.second), INSTALLATION, **self.extra) for car in self.cars
        )
        return StationFacts(self.mode, readings, chargers, self.operator_w)


def in_force(plan: StationPlan, charger: ChargerId = A) -> tuple[LimitReason, float]:
    ladder = plan.ladders[charger]
    return ladder.in_force.reason, ladder.current_a


class TestPower:
    def test_all_the_connection_allows(self) -> None:
        assert in_force(Site(Car("a")).run(60)) == (LimitReason.INSTALLATION, 16)

    def test_load_balancing_is_a_rung(self) -> None:
        site = Site(Car("a"))
        site.house = phases(2, 13, 2)
        plan = site.run(60)
        assert in_force(plan) == (LimitReason.LOAD_BALANCING, 11)
        assert [rung.reason for rung in plan.ladders[A].rungs] == [
            LimitReason.LOAD_BALANCING,
            LimitReason.INSTALLATION,
        ]

    def test_the_owner_s_own_limit_is_never_exceeded(self) -> None:
        site = Site(Car("a"))
        site.extra = {"others": (USER,)}
        assert in_force(site.run(60)) == (LimitReason.USER, 10)
        assert site.cars[0].offered == 10

    def test_a_station_without_a_car_orders_nothing(self) -> None:
        site = Site(Car("a", wants=False))
        assert site.run(60).orders == ()
        assert in_force(site.plans[-1]) == (LimitReason.INSTALLATION, 16)

    def test_a_car_that_draws_unlike_on_its_phases_makes_room_on_each(self) -> None:
        site = Site(Car("a", shares=(1, 7 / 16, 7 / 16)))
        site.run(120)
        assert site.cars[0].offered == 16
        site.house = phases(2, 24, 2)
        site.run(10)
        assert 24 + site.cars[0].on_phase(2) <= 25, "it pauses: 6 A would be 2.6 A there"

    def test_a_lost_meter_is_a_rung(self) -> None:
        site = Site(Car("a"), rating=63)
        site.run(60)
        site.metered = False
        assert in_force(site.run(20)) == (LimitReason.METER_LOST, 6)


class TestOff:
    def test_the_ladder_is_told_as_it_is_and_once(self) -> None:
        site = Site(Car("a"))
        site.mode, site.house = Mode.OFF, phases(20, 20, 20)
        site.extra = {"others": (USER,)}
        site.run(60)
        assert [(order.charger, order.current_a) for plan in site.plans for order in plan.orders] == [
            (A, 10.0)
        ]

    def test_nobody_is_told_anything_without_a_car(self) -> None:
        site = Site(Car("a", wants=False))
        site.mode = Mode.OFF
        assert site.run(5).orders == ()


class TestSun:
    def test_green_follows_the_sun_and_imports_nothing(self) -> None:
        site = Site(Car("a", on=(1,)))
        site.mode, site.house = Mode.GREEN, phases(-12, 1, 1)
        site.run(900)
        assert in_force(site.plans[-1]) == (LimitReason.SOLAR, 10)
        assert site.cars[0].current == 10

    def test_green_does_not_charge_in_the_dark(self) -> None:
        site = Site(Car("a"))
        site.mode = Mode.GREEN
        assert in_force(site.run(900)) == (LimitReason.SOLAR, 0)
        assert [plan.orders for plan in site.plans if plan.orders] == []

    def test_hybrid_charges_at_least_at_its_minimum(self) -> None:
        site = Site(Car("a"))
        site.mode = Mode.HYBRID
        assert in_force(site.run(100)) == (LimitReason.SOLAR, 6)

    def test_charge_now_sets_the_sun_and_the_price_aside(self) -> None:
        site = Site(Car("a"))
        site.mode = Mode.GREEN
        site.extra = {"others": (PRICE,)}
        assert in_force(site.run(60)) == (LimitReason.SOLAR, 0)
        site.extra |= {"charge_now": True}
        assert in_force(site.run(60)) == (LimitReason.INSTALLATION, 16)

    def test_a_plan_goes_over_the_mode_but_not_over_its_own_word(self) -> None:
        site = Site(Car("a"))
        site.mode = Mode.GREEN
        site.extra = {"planned": True}
        assert in_force(site.run(60)) == (LimitReason.INSTALLATION, 16)
        site.extra |= {"others": (PRICE,)}
        assert in_force(site.run(60)) == (LimitReason.PRICE, 0)

    def test_a_charger_that_can_is_told_on_how_many_phases_to_be(self) -> None:
        site = Site(Car("a"))
        site.mode, site.house = Mode.GREEN, phases(-10, 0, 0)
        site.extra = {"switches_phases": True}
        plan = site.run(300)
        assert plan.phases == {A: 1}
        assert in_force(plan) == (LimitReason.SOLAR, 10)

    def test_two_cars_share_the_sun(self) -> None:
        site = Site(Car("a", on=(1,)), Car("b", on=(2,)))
        site.mode, site.house = Mode.GREEN, phases(-15, 0, 0)
        site.run(900)
        assert sorted(car.current for car in site.cars) == [7, 8]

    def test_without_a_reading_the_sun_is_as_it_was(self) -> None:
        site = Site(Car("a", on=(1,)), rating=63)
        site.mode, site.house = Mode.GREEN, phases(-12, 0, 0)
        site.run(600)
        site.metered = False
        assert in_force(site.run(60)) == (LimitReason.METER_LOST, 6)

    def test_a_reading_that_is_repeated_says_nothing_new_of_the_sun(self) -> None:
        site = Site(Car("a", on=(1,)), rating=63)
        site.mode, site.house = Mode.GREEN, phases(-12, 0, 0)
        site.run(600)
        site.stuck = site.ticks[-1].facts.readings
        plan = site.run(60)
        assert in_force(plan) == (LimitReason.METER_LOST, 6)
        assert {rung.reason: rung.current_a for rung in plan.ladders[A].rungs}[LimitReason.SOLAR] == 12.0

    def test_a_new_car_waits_for_the_sun_anew(self) -> None:
        site = Site(Car("a", on=(1,)))
        site.mode, site.house = Mode.GREEN, phases(-12, 1, 1)
        site.run(600)
        site.cars[0].wants = False
        site.run(60)
        site.cars[0].wants = True
        assert in_force(site.run(60)) == (LimitReason.SOLAR, 0)


class TestGridOperator:
    @pytest.mark.parametrize(
        ("cars", "on", "allowed", "amps"),
        [
            pytest.param(1, (1, 2, 3), 4.2, [6], id="4.2 kW for one"),
            pytest.param(1, (1,), 4.2, [16], id="one phase is less than that anyway"),
            pytest.param(2, (1, 2, 3), 7.6, [0, 10], id="7.6 kW for two, and no car below 6 A"),
            pytest.param(3, (1, 2, 3), 10.5, [0, 7, 8], id="10.5 kW for three"),
        ],
    )
    def test_dimming(self, cars: int, on: tuple[int, ...], allowed: float, amps: list[float]) -> None:
        site = Site(*(Car(str(k), on=on) for k in range(cars)), rating=63)
        site.operator_w = Watts(0)
        plan = site.run(120)
        assert sorted(car.offered for car in site.cars) == amps
        limit = next(
            rung for rung in plan.ladders[ChargerId("0")].rungs if rung.reason is LimitReason.GRID_OPERATOR
        )
        assert str(told_by_cause(limit).detail).startswith("the grid operator allows")

    @pytest.mark.parametrize(
        ("on", "amps"),
        [pytest.param((1, 2, 3), 6, id="three phases"), pytest.param((2,), 16, id="one phase")],
    )
    def test_an_idle_charger_is_left_what_each_device_may_have(
        self, on: tuple[int, ...], amps: float
    ) -> None:
        site = Site(Car("a"), Car("b", on=on, wants=False), rating=63)
        site.operator_w = Watts(20_000)
        ladder = site.run(120).ladders[ChargerId("b")]
        assert int(ladder.current_a) == amps
        rung = next(rung for rung in ladder.rungs if rung.reason is LimitReason.GRID_OPERATOR)
        assert rung.detail == "the grid operator allows 4.2 kW"

    @pytest.mark.parametrize(
        ("in_session", "amps"),
        [pytest.param(True, 6, id="in a session"), pytest.param(False, 10, id="without one")],
    )
    def test_the_others_share_what_an_unreachable_session_leaves(self, in_session: bool, amps: float) -> None:
        site = Site(Car("a"), Car("b", wants=False), rating=63)
        site.cars[1].gone = Unreachable(Amps(4), Amps(6), at(-60), in_session)
        site.operator_w = Watts(0)
        site.run(120)
        assert site.cars[0].offered == amps

    def test_charge_now_does_not_override_it(self) -> None:
        site = Site(Car("a"))
        site.operator_w = Watts(0)
        site.extra = {"charge_now": True}
        assert in_force(site.run(60)) == (LimitReason.GRID_OPERATOR, 6)


class TestLog:
    def lively(self) -> Site:
        site = Site(Car("a", on=(1,)), Car("b"), solar=SolarSettings(start_after=seconds(30)))
        site.mode, site.house = Mode.HYBRID, phases(-12, 1, 1)
        site.run(120)
        site.mode, site.house = Mode.POWER, phases(2, 14, 2)
        site.run(60)
        site.metered = False
        site.cars[1].wants, site.cars[1].gone = False, Unreachable(Amps(6), Amps(8), at(180), in_session=True)
        site.run(30)
        return site

    def test_a_replay_repeats_every_decision(self) -> None:
        site = self.lively()
        assert [planned.plan for planned in replay(site.started, site.ticks)] == site.plans
        assert any(plan.orders for plan in site.plans)

    def test_a_log_survives_json(self) -> None:
        site = self.lively()
        lines = [msgspec.json.encode(line) for line in (site.started, *site.ticks)]
        started = msgspec.json.decode(lines[0], type=Started)
        ticks = [msgspec.json.decode(line, type=Tick) for line in lines[1:]]
        assert (started, ticks) == (site.started, site.ticks)
        assert [planned.plan for planned in replay(started, ticks)] == site.plans

    def test_another_world_makes_another_plan(self) -> None:
        site = self.lively()
        small = replace(site.started, circuits=(Circuit(MAIN, None, Amps(16)),))
        assert [planned.plan for planned in replay(small, site.ticks)] != site.plans


def test_a_station_has_settings_of_its_own_accord() -> None:
    tree = Site().started.station()
    assert isinstance(tree, Station)


class TestWiring:
    def test_a_car_whose_phase_is_not_known_is_cut_for_any(self) -> None:
        car = Car("a", on=(2,), calls_them=(1,))
        site = Site(car)
        site.extra = {"rotation": None}
        site.run(100)
        site.house = phases(2, 12, 2)
        site.run(1)
        assert car.offered == 12

    def test_a_wiring_is_learned_by_charging(self) -> None:
        car = Car("a", on=(2,), calls_them=(1,))
        site = Site(car)
        site.extra = {"rotation": None}
        for _ in range(3):
            for site.house in (phases(2, 2, 2), phases(2, 16, 2)):
                site.run(400)
        learned = site.station.wiring.learned(A)
        assert learned is not None
        assert learned[0] == 2

    def test_a_known_phase_is_all_that_counts(self) -> None:
        site = Site(Car("a", on=(1,)))
        site.run(60)
        site.house = phases(2, 2, 24)
        assert in_force(site.run(30)) == (LimitReason.INSTALLATION, 16)
