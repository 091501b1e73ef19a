"""How much power beside the house there is for the cars, and whose it is; it knows no breaker."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from chargedeck.domain.units import Amps, ChargerId, Watts
from chargedeck.energy.circuits import NOMINAL_VOLTAGE, Circuit, CircuitId, CircuitTree
from chargedeck.energy.demand import Demand
from chargedeck.energy.share import share
from chargedeck.energy.snapshot import ManagedCharger, Phases

_POOL = CircuitId("pool")
_NO_BREAKER = Amps(1e6)


def surplus(grid: Phases, drawn: Iterable[Phases]) -> Watts:
    """What the sun gives beyond the house: what is fed in, and what the cars take already.

    Phases are added up, as the meters that bill do.
    """
    return Watts(NOMINAL_VOLTAGE * (sum(sum(each) for each in drawn) - sum(grid)))


def pooled(power: Watts, chargers: Sequence[ManagedCharger]) -> Mapping[ChargerId, Watts]:
    """Share power out; what is left and too little for another car goes to the next in line."""
    tree = CircuitTree([Circuit(_POOL, None, _NO_BREAKER, max_w=Watts(max(0.0, power)))])
    demands = [_demand(charger) for charger in chargers]
    grants = share(tree, {}, demands)
    got = {
        demand.charger: Watts(grant.current_a * len(demand.phases) * NOMINAL_VOLTAGE)
        for demand, grant in zip(demands, grants, strict=True)
    }
    left = Watts(power - sum(got.values()))
    without = [demand for demand in demands if got[demand.charger] <= 0]
    if without:
        got[min(without, key=Demand.place).charger] = left
    return MappingProxyType(got)


def _demand(charger: ManagedCharger) -> Demand:
    return Demand(
        charger=charger.charger,
        circuit=_POOL,
        phases=charger.phases,
        max_a=charger.max_a,
        min_a=charger.min_a,
        step_a=charger.step_a,
        weight=charger.weight,
        priority=charger.priority,
    )
