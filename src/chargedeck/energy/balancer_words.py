"""Why a charger got what it got, in a sentence with numbers; it decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.units import Amps
from chargedeck.energy.circuits import CircuitId, CircuitTree
from chargedeck.energy.demand import Bound, BoundKind, Demand, Grant
from chargedeck.energy.room import Use, used
from chargedeck.energy.snapshot import NOTHING, Phases


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What was reckoned with: the loads beside the chargers, what all chargers get, and the lost meters.

    `waits` says for how long a load on a circuit's phase is remembered; it is empty where the loads are
    those of this instant.
    """

    tree: CircuitTree
    loads: Mapping[CircuitId, Phases]
    totals: Mapping[CircuitId, Phases]
    lost: frozenset[CircuitId]
    waits: Mapping[tuple[CircuitId, int], timedelta]

    def rung(self, demand: Demand, grant: Grant, current: Amps) -> Rung | None:
        """What holds a charger at a current, or None when nothing does."""
        silent = [name for name in self.tree.path(demand.circuit) if name in self.lost]
        if silent:
            return Rung(
                LimitReason.METER_LOST,
                current,
                f"{current:g} A: the meter of {self._name(silent[0])} is silent",
            )
        if grant.bound is None:
            return None
        return Rung(LimitReason.LOAD_BALANCING, current, f"{current:g} A: {self._why(grant.bound, current)}")

    def _why(self, bound: Bound, current: Amps) -> str:
        circuit = self.tree[bound.circuit]
        if bound.kind is BoundKind.POWER:
            return f"{self._name(circuit.id)} may take {(circuit.max_w or 0) / 1000:g} kW"
        if bound.kind is BoundKind.UNBALANCE:
            return f"the phases of {self._name(circuit.id)} may differ by {circuit.unbalance_a or 0:g} A"
        phase = bound.phase or 1
        return f"{self._taken(bound.circuit, phase, current)} of {circuit.rating_a:g} A on L{phase}"

    def _taken(self, circuit: CircuitId, phase: int, current: Amps) -> str:
        parts = []
        if circuit in self.loads:
            wait = self.waits.get((circuit, phase))
            lately = "" if wait is None else f" in the last {max(1, round(wait.total_seconds() / 60))} min"
            parts.append(f"{self._name(circuit)} {self.loads[circuit][phase - 1]:.0f} A{lately}")
        others = self.totals.get(circuit, NOTHING)[phase - 1] - current
        if others >= 0.5 or not parts:
            parts.append(f"other cars {max(0.0, others):.0f} A")
        return " and ".join(parts)

    def _name(self, circuit: CircuitId) -> str:
        return "house" if circuit == self.tree.root else circuit


def totals(tree: CircuitTree, granted: Iterable[tuple[Demand, Grant]]) -> Mapping[CircuitId, Phases]:
    """What all chargers get together, in each circuit."""
    return used(tree, (Use(demand.circuit, demand.phases, grant.current_a) for demand, grant in granted))
