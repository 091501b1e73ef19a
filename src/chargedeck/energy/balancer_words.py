"""Why a charger got what it got, in a sentence with numbers; it decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from chargedeck.domain.causes import Cause, CauseCode, Value
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
            words = f"{current:g} A: the meter of {self._name(silent[0])} is silent"
            values: dict[str, Value] = {"current_a": current, "circuit": self._value(silent[0])}
            return Rung(LimitReason.METER_LOST, current, words, Cause(CauseCode.METER_SILENT, values))
        if grant.bound is None:
            return None
        why, code, values = self._why(grant.bound, current)
        cause = Cause(code, values | {"current_a": current, "circuit": self._value(grant.bound.circuit)})
        return Rung(LimitReason.LOAD_BALANCING, current, f"{current:g} A: {why}", cause)

    def _why(self, bound: Bound, current: Amps) -> tuple[str, CauseCode, dict[str, Value]]:
        circuit = self.tree[bound.circuit]
        if bound.kind is BoundKind.POWER:
            power_kw = (circuit.max_w or 0) / 1000
            words = f"{self._name(circuit.id)} may take {power_kw:g} kW"
            return words, CauseCode.CIRCUIT_POWER, {"power_kw": power_kw}
        if bound.kind is BoundKind.UNBALANCE:
            apart = circuit.unbalance_a or 0
            words = f"the phases of {self._name(circuit.id)} may differ by {apart:g} A"
            return words, CauseCode.CIRCUIT_UNBALANCE, {"unbalance_a": apart}
        phase = bound.phase or 1
        taken, values = self._taken(bound.circuit, phase, current)
        words = f"{taken} of {circuit.rating_a:g} A on L{phase}"
        return words, CauseCode.CIRCUIT_FULL, values | {"rating_a": circuit.rating_a, "phase": phase}

    def _taken(self, circuit: CircuitId, phase: int, current: Amps) -> tuple[str, dict[str, Value]]:
        parts, values = list[str](), dict[str, Value]()
        if circuit in self.loads:
            wait, lately = self.waits.get((circuit, phase)), ""
            load = values["load_a"] = round(self.loads[circuit][phase - 1])
            if wait is not None:
                minutes = values["minutes"] = max(1, round(wait.total_seconds() / 60))
                lately = f" in the last {minutes} min"
            parts.append(f"{self._name(circuit)} {load} A{lately}")
        others = self.totals.get(circuit, NOTHING)[phase - 1] - current
        if others >= 0.5 or not parts:
            cars = values["others_a"] = round(max(0.0, others))
            parts.append(f"other cars {cars} A")
        return " and ".join(parts), values

    def _value(self, circuit: CircuitId) -> str:
        return "" if circuit == self.tree.root else circuit

    def _name(self, circuit: CircuitId) -> str:
        return self._value(circuit) or "house"


def totals(tree: CircuitTree, granted: Iterable[tuple[Demand, Grant]]) -> Mapping[CircuitId, Phases]:
    """What all chargers get together, in each circuit."""
    return used(tree, (Use(demand.circuit, demand.phases, grant.current_a) for demand, grant in granted))
