"""What a station's chargers are told this second: modes, grid operator and load balancing in one ladder.

It reads no meter and sends nothing; the same facts in the same order make the same plans.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.limits import OVERRIDABLE, Ladder, LimitReason, Rung, ladder
from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.balancer import Balancer
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, CircuitId, CircuitTree
from chargedeck.energy.detection import STRAIGHT, Rotation
from chargedeck.energy.grid_operator import FLOOR, dimmed
from chargedeck.energy.modes import Average, Mode, SolarCharger, SolarSettings
from chargedeck.energy.snapshot import (
    NOTHING,
    BalancerSettings,
    ManagedCharger,
    MeterReading,
    Order,
    Snapshot,
)
from chargedeck.energy.surplus import pooled, surplus
from chargedeck.energy.wiring import Wiring

SOLAR_STEP = Watts(500)
"""How finely own solar is added to what a grid operator allows."""


@dataclass(frozen=True, slots=True)
class StationCharger:
    """A charger with the limits that others set: its installation, the user, a schedule, OCPP.

    `managed` speaks of the charger's own phases; its `max_a` is replaced by what the ladder leaves.
    `charge_now` sets aside what may be overridden. One that is `planned` takes of the sun what its plan
    says, whatever the mode. Without a `rotation` the wiring is learned.
    """

    managed: ManagedCharger
    installation: Rung
    others: tuple[Rung, ...] = ()
    charge_now: bool = False
    switches_phases: bool = False
    rotation: Rotation | None = STRAIGHT
    planned: bool = False

    @property
    def follows_mode(self) -> bool:
        """Whether its car gets what hybrid and green mode leave for it."""
        return self.managed.wants and not self.charge_now and not self.planned


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What is known of a station at one instant; `operator_w` is what the grid operator dims it to."""

    mode: Mode
    readings: tuple[MeterReading, ...]
    chargers: tuple[StationCharger, ...]
    operator_w: Watts | None = None


@dataclass(frozen=True, slots=True)
class StationSettings:
    """How a station is managed; `heat_w` is the rated power of its dimmable heat pumps."""

    balancer: BalancerSettings = field(default_factory=BalancerSettings)
    solar: SolarSettings = field(default_factory=SolarSettings)
    heat_w: Watts = Watts(0)


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What is to change now, the ladder of every charger, and who is to switch to how many phases."""

    orders: tuple[Order, ...]
    ladders: Mapping[ChargerId, Ladder]
    phases: Mapping[ChargerId, int]


class Station:
    """The memory of one station's control loop."""

    def __init__(
        self,
        tree: CircuitTree,
        meters: Iterable[CircuitId],
        settings: StationSettings | None = None,
        wiring: Mapping[ChargerId, Rotation] | None = None,
    ) -> None:
        self._tree = tree
        self._settings = settings or StationSettings()
        self._balancer = Balancer(tree, meters, self._settings.balancer)
        self._surplus = Average(self._settings.solar.averaged_over)
        self._sun_from: MeterReading | None = None
        self._solar: dict[ChargerId, SolarCharger] = {}
        self.wiring = Wiring(self._settings.balancer.clocks_agree_within, wiring)

    def plan(self, facts: StationFacts, now: datetime) -> StationPlan:
        """Decide what every charger may draw, and why."""
        facts = self._on_grid(facts)
        sun = self._sun(facts, now)
        rungs, phases = self._solar_rungs(facts, now, sun)
        for charger, rung in self._operator_rungs(facts, sun).items():
            rungs.setdefault(charger, []).append(rung)
        before = _ladders(facts, rungs)
        chargers = [_at_most(each.managed, before[each.managed.charger]) for each in facts.chargers]
        if facts.mode is Mode.OFF:
            return StationPlan(_straight(chargers, before), before, phases)
        orders = self._balancer.step(now, Snapshot(facts.readings, chargers))
        for name in before:
            if (held := self._balancer.holds(name)) is not None:
                rungs.setdefault(name, []).append(held)
        return StationPlan(orders, _ladders(facts, rungs), phases)

    def _on_grid(self, facts: StationFacts) -> StationFacts:
        grid = self._grid(facts)
        wired = ((each, self.wiring.on_grid(each.managed, each.rotation, grid)) for each in facts.chargers)
        chargers = (
            each if managed is each.managed else replace(each, managed=managed) for each, managed in wired
        )
        return replace(facts, chargers=tuple(chargers))

    def _grid(self, facts: StationFacts) -> MeterReading | None:
        return next((each for each in facts.readings if each.circuit == self._tree.root), None)

    def _sun(self, facts: StationFacts, now: datetime) -> Watts:
        grid = self._grid(facts)
        if grid is None or grid == self._sun_from:
            return self._surplus.value
        self._sun_from = grid
        drawn = [each.managed.drawn_a or NOTHING for each in facts.chargers]
        return self._surplus.add(now, surplus(grid.current_a, drawn))

    def _solar_rungs(
        self, facts: StationFacts, now: datetime, sun: Watts
    ) -> tuple[dict[ChargerId, list[Rung]], dict[ChargerId, int]]:
        sunny = facts.mode in (Mode.HYBRID, Mode.GREEN)
        following = [each for each in facts.chargers if sunny and each.follows_mode]
        rungs: dict[ChargerId, list[Rung]] = {}
        phases: dict[ChargerId, int] = {}
        settings = self._settings.solar
        parts = pooled(sun, [_solar_wish(each, settings) for each in following])
        former, self._solar = self._solar, {}
        for each in following:
            name, on = each.managed.charger, len(each.managed.phases)
            solar = self._solar[name] = former.get(name) or SolarCharger(settings)
            if each.switches_phases:
                on = phases[name] = solar.phases(now, parts[name], facts.mode)
            rungs[name] = [solar.rung(now, parts[name], facts.mode, on)]
        return rungs, phases

    def _operator_rungs(self, facts: StationFacts, sun: Watts) -> Mapping[ChargerId, Rung]:
        if facts.operator_w is None:
            return {}
        # In whole steps, so that a passing cloud is no reason for a command.
        solar = Watts(sun // SOLAR_STEP * SOLAR_STEP)
        limit = dimmed(facts.operator_w, len(facts.chargers), heat=self._settings.heat_w, solar=solar)
        managed = [each.managed for each in facts.chargers]
        charging = [each for each in managed if each.wants]
        parts = pooled(Watts(limit - _beyond_reach(managed)), charging)
        # Whoever comes to an idle one while nobody looks gets what the law leaves each device.
        return {
            each.charger: _allowed(limit, each, parts[each.charger])
            if each.wants
            else _allowed(FLOOR, each, FLOOR)
            for each in managed
        }


def _at_most(charger: ManagedCharger, others: Ladder) -> ManagedCharger:
    """The charger as the limits that others set leave it; most are not held, and 2,000 copies take 6 ms."""
    most = others.current_a
    return charger if charger.max_a == most else replace(charger, max_a=most)


def _ladders(facts: StationFacts, rungs: Mapping[ChargerId, Iterable[Rung]]) -> Mapping[ChargerId, Ladder]:
    """The limits that others set, but for what Charge now sets aside, and ours."""
    return {
        each.managed.charger: ladder(
            each.installation,
            *(rung for rung in each.others if not (each.charge_now and rung.reason in OVERRIDABLE)),
            *rungs.get(each.managed.charger, ()),
        )
        for each in facts.chargers
    }


def _beyond_reach(chargers: Iterable[ManagedCharger]) -> Watts:
    """What the sessions may take that nobody can tell anything."""
    held = (
        each.unreachable.held_a * len(each.phases)
        for each in chargers
        if each.unreachable is not None and each.unreachable.in_session
    )
    return Watts(NOMINAL_VOLTAGE * sum(held))


def _allowed(limit: Watts, charger: ManagedCharger, part: Watts) -> Rung:
    """A charger's part of what the grid operator allows, and the words for it."""
    power_kw = round(limit / 1000, 1)
    return Rung(
        LimitReason.GRID_OPERATOR,
        Amps(part / (NOMINAL_VOLTAGE * len(charger.phases))),
        f"the grid operator allows {power_kw:.1f} kW",
        Cause(CauseCode.OPERATOR_ALLOWS, {"power_kw": power_kw}),
    )


def _solar_wish(charger: StationCharger, settings: SolarSettings) -> ManagedCharger:
    """What a charger asks of the sun: no other limit than its installation's."""
    managed = charger.managed
    least = max(managed.min_a, settings.car_minimum_a)
    return replace(managed, max_a=charger.installation.current_a, min_a=least)


def _straight(chargers: Iterable[ManagedCharger], ladders: Mapping[ChargerId, Ladder]) -> tuple[Order, ...]:
    """Without management, whatever the ladder says."""
    return tuple(
        Order(each.charger, ladders[each.charger].current_a, ladders[each.charger].in_force)
        for each in chargers
        if each.wants and ladders[each.charger].current_a != each.offered_a
    )
