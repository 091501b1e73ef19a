"""How a station is managed, as its owner has set it: values and their bounds; nothing here acts on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps, ChargerId, StationId, Watts
from chargedeck.energy.circuits import PHASES, Circuit, CircuitId, CircuitTree, InvalidCircuitsError
from chargedeck.energy.detection import STRAIGHT, Rotation
from chargedeck.energy.modes import Mode, SolarSettings
from chargedeck.energy.snapshot import BalancerSettings
from chargedeck.energy.start_delay import DEFAULT_AT_MOST, LONGEST_AT_MOST
from chargedeck.energy.station import StationSettings
from chargedeck.hub.people_problems import InvalidValueError

MAIN = CircuitId("main")
METER_LOST_AFTER = timedelta(seconds=15)

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class ManagedCircuit:
    """A breaker; `metered` says that readings are expected of it, and that their silence means something."""

    id: CircuitId
    name: str
    parent: CircuitId | None
    rating_a: Amps
    max_w: Watts | None = None
    unbalance_a: Amps | None = None
    metered: bool = False


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a charger hangs; without a rotation it may be on any phase until the meter has shown it."""

    circuit: CircuitId
    rotation: Rotation | None = STRAIGHT


_ONE_BREAKER = (ManagedCircuit(MAIN, "Main breaker", None, Amps(25), metered=True),)


@dataclass(frozen=True, slots=True)
class Management:
    """A station's settings; raises InvalidValueError or OutOfRangeError when they cannot be."""

    station_id: StationId
    mode: Mode = Mode.OFF
    hybrid_current_a: Amps = MINIMUM_CURRENT
    pv_minimum_current_a: Amps = MINIMUM_CURRENT
    car_minimum_current_a: Amps = MINIMUM_CURRENT
    meter_lost_current_a: Amps = MINIMUM_CURRENT
    forced_single_phase: bool = False
    circuits: tuple[ManagedCircuit, ...] = _ONE_BREAKER
    placements: Mapping[ChargerId, Placement] = field(default_factory=dict)
    random_delay_s: float = DEFAULT_AT_MOST.total_seconds()
    """How much later than scheduled a charger starts, at most."""
    heat_pumps_w: Watts = Watts(0)
    """Rated power of heat pumps and air conditioning that the grid operator may dim as well."""
    grid_operator_w: Watts | None = None
    """What the grid operator dims the chargers to, where it does, and until when."""
    grid_operator_until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what no station can be managed by."""
        _within("hybrid_current_a", self.hybrid_current_a, 6, 32)
        _within("pv_minimum_current_a", self.pv_minimum_current_a, 1, 6)
        _within("car_minimum_current_a", self.car_minimum_current_a, 6, 10)
        if self.meter_lost_current_a != NO_CURRENT:
            _within("meter_lost_current_a", self.meter_lost_current_a, 6, 32)
        _within("random_delay_s", self.random_delay_s, 0, LONGEST_AT_MOST.total_seconds())
        _within("heat_pumps_w", self.heat_pumps_w, 0, 1e7)
        if self.grid_operator_w is not None:
            _within("limit_w", self.grid_operator_w, 0, 1e7)
        for circuit in self.circuits:
            _check_circuit(circuit)
        try:
            self.tree()
        except InvalidCircuitsError as error:
            raise InvalidValueError("circuits", said("cannot be used. {why}", why=error.sentence)) from error
        for charger, placement in self.placements.items():
            self._check_placement(charger, placement)

    def _check_placement(self, charger: ChargerId, placement: Placement) -> None:
        if all(circuit.id != placement.circuit for circuit in self.circuits):
            raise InvalidValueError(
                "placements",
                said(
                    "put {charger} on {circuit}: no such circuit", charger=charger, circuit=placement.circuit
                ),
            )
        if placement.rotation is not None and sorted(placement.rotation) != list(PHASES):
            raise InvalidValueError(
                "placements", said("of {charger} must name each phase once, as in 2, 3, 1", charger=charger)
            )

    @property
    def main(self) -> ManagedCircuit:
        """The breaker at the grid connection."""
        return next(circuit for circuit in self.circuits if circuit.parent is None)

    @property
    def breaker_rating_a(self) -> Amps:
        """What the grid connection carries on each phase."""
        return self.main.rating_a

    def rated(self, breaker: Amps) -> tuple[ManagedCircuit, ...]:
        """The circuits with another main breaker."""
        main = self.main
        return tuple(replace(each, rating_a=breaker) if each is main else each for each in self.circuits)

    def placement(self, charger: ChargerId) -> Placement:
        """Where a charger hangs; one that nobody has placed hangs on the main breaker."""
        return self.placements.get(charger) or Placement(self.main.id)

    def operator_w(self, now: datetime) -> Watts | None:
        """What the grid operator dims the chargers to just now."""
        until = self.grid_operator_until
        return None if until is not None and until <= now else self.grid_operator_w

    def tree(self) -> CircuitTree:
        """The circuits as the balancer knows them."""
        return CircuitTree(self.plain_circuits())

    def plain_circuits(self) -> tuple[Circuit, ...]:
        """The circuits as values of the energy core."""
        return tuple(
            Circuit(each.id, each.parent, each.rating_a, each.max_w, each.unbalance_a)
            for each in self.circuits
        )

    def metered(self) -> tuple[CircuitId, ...]:
        """The circuits that readings are expected of."""
        return tuple(each.id for each in self.circuits if each.metered)

    def settings(self) -> StationSettings:
        """What the station's control loop runs with."""
        forced = self.forced_single_phase
        return StationSettings(
            BalancerSettings(
                meter_lost_after=METER_LOST_AFTER,
                meter_lost_a=self.meter_lost_current_a,
                # What the owner says is safe without a meter is taken at that; the last loads still count.
                meter_lost_house=0.0,
            ),
            SolarSettings(
                hybrid_minimum_a=self.hybrid_current_a,
                least_solar_a=self.pv_minimum_current_a,
                car_minimum_a=self.car_minimum_current_a,
                green_forced_single_phase=forced,
                hybrid_forced_single_phase=forced,
            ),
            heat_w=self.heat_pumps_w,
        )


def settled(
    placements: Mapping[ChargerId, Placement], circuits: Collection[ManagedCircuit]
) -> dict[ChargerId, Placement]:
    """The placements that still have their circuit; the others hang on the main breaker from now on."""
    there: Collection[CircuitId] = {circuit.id for circuit in circuits}
    main = next((circuit.id for circuit in circuits if circuit.parent is None), MAIN)
    return {
        charger: placement if placement.circuit in there else replace(placement, circuit=main)
        for charger, placement in placements.items()
    }


def _check_circuit(circuit: ManagedCircuit) -> None:
    if not _ID.fullmatch(circuit.id):
        raise InvalidValueError(
            "circuits", said("have an id '{id}': use small letters, figures and hyphens", id=circuit.id)
        )
    field_of = "breaker_rating_a" if circuit.parent is None else f"rating_a of circuit {circuit.id!r}"
    _within(field_of, circuit.rating_a, 10 if circuit.parent is None else 1, 1000)
    for name, value in (("max_w", circuit.max_w), ("unbalance_a", circuit.unbalance_a)):
        if value is not None and not 0 < value < 1e7:
            raise InvalidValueError(
                "circuits",
                said(
                    "have {name} {value} at '{id}': more than 0, or null",
                    name=name,
                    value=value,
                    id=circuit.id,
                ),
            )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise OutOfRangeError(name, value, low, high)
