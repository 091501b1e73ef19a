"""Amperes for one instant: everybody's minimum or nothing, and the rest fairly; it keeps no memory.

`share` is max-min fair: no allocation that the circuits allow gives a car more without taking from one
whose share, for its weight, is not larger. It decides in three steps that both of its paths, plain
Python for a house and arrays for a large site, take alike and which `docs/adr/0010` gives reasons for:

1. Who charges: in order of priority, weight, waiting and id, whoever still fits with its minimum.
2. The exact fair shares of these cars, in fractions of an ampere.
3. Each share is rounded down to the charger's step; the steps left over go round, lowest share first.
"""

from collections.abc import Mapping, Sequence

from chargedeck.domain.units import Amps, Watts
from chargedeck.energy import filling
from chargedeck.energy.circuits import CircuitId, CircuitTree
from chargedeck.energy.demand import Bound, BoundKind, Demand, Grant, InvalidDemandError

__all__ = ["Available", "Bound", "BoundKind", "Demand", "Grant", "InvalidDemandError", "share"]

Available = Mapping[CircuitId, tuple[Amps, Amps, Amps]]
"""What is left of a circuit on each phase just now; a circuit that is not in it has its rating."""

_HOUSE = 40
"""Demands that plain Python shares sooner than arrays do; an unbalance limit it shares among any number."""


def share(
    tree: CircuitTree,
    available: Available,
    demands: Sequence[Demand],
    available_w: Mapping[CircuitId, Watts] | None = None,
) -> tuple[Grant, ...]:
    """Grant each demand its amperes, in the order the demands come in.

    What a circuit's rating has more than is available counts as drawn by others on that phase: it is
    what an unbalance limit starts from. `available_w` overrides the watts of circuits that have a limit.
    """
    if len({demand.charger for demand in demands}) != len(demands):
        raise InvalidDemandError("A charger demands twice; give each one demand")
    if len(demands) > _HOUSE and all(circuit.unbalance_a is None for circuit in tree):
        from chargedeck.energy import wide  # noqa: PLC0415 - a house starts without numpy

        return wide.shared(tree, available, demands, available_w or {})
    return filling.shared(tree, available, demands, available_w or {})
