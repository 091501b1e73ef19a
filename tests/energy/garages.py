"""A small garage behind a delta transformer, its cars, and a simulated day of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chargedeck.energy.garage import Bill, Floats, Stay, Wiring
from chargedeck.energy.garage_charging import Garage

HOURS = 5 / 60
VOLTS = 208.0
FIVE_A_PHASE = 15


def delta(line_a: float, outlets: int = FIVE_A_PHASE, cable_a: float = 80.0) -> Wiring:
    """Outlets between AB, BC and CA in turn; three lines, and a cable that the first three share."""
    between = np.exp(1j * np.deg2rad([30.0, -90.0, 150.0]))
    turn = np.arange(outlets) % 3
    outlet = np.eye(3)[:, turn] * between[turn]
    lines = outlet - np.roll(outlet, 1, axis=0)
    cable = np.where(np.arange(outlets) < 3, between[turn], 0)
    return Wiring(np.vstack((lines, cable)), np.array([line_a] * 3 + [cable_a]), np.full(outlets, VOLTS))


@dataclass(slots=True)
class Visit:
    outlet: int
    arrives: int
    leaves: int
    needs: float
    got: float = 0.0


def simulated(
    garage: Garage,
    wiring: Wiring,
    visits: Sequence[Visit],
    *,
    bill: Bill | None = None,
    pilots: Sequence[float] = (),
) -> tuple[float, Floats]:
    """The share of what was wanted that was delivered, and the power of every period."""
    peak, powers = 0.0, []
    for now in range(max(visit.leaves for visit in visits)):
        here = [v for v in visits if v.arrives <= now < v.leaves and v.needs - v.got > 1e-6]
        total = np.zeros(len(wiring.volts))
        if here:
            stays = [Stay(v.outlet, v.needs - v.got, v.leaves - now, 32, pilots) for v in here]
            left = None if bill is None else Bill(bill.per_kwh[now:], bill.per_kw, peak)
            amps = garage.currents(stays, left)
            assert not pilots or set(amps.tolist()) <= {0.0, *pilots}
            for visit, current in zip(here, amps, strict=True):
                drawn = min(current, visit.needs - visit.got)
                visit.got += drawn
                total[visit.outlet] = drawn
        assert (wiring.currents(total) <= wiring.limits_a).all()
        powers.append(float(wiring.volts @ total) / 1000)
        peak = max(peak, powers[-1])
    return sum(v.got for v in visits) / sum(v.needs for v in visits), np.array(powers)
