"""ChargeDeck's garage as an algorithm of ACN-Sim: it translates, and decides nothing.

ACN-Sim is not among our dependencies: `uv run --with acnportal --with 'setuptools<81' python …` brings it for
one run. Without it the module can be imported, and nothing can be simulated.
"""

import gc
import importlib.util
from typing import Any

import numpy as np

from chargedeck.energy.garage import Bill, Stay, Wiring
from chargedeck.energy.garage_charging import Garage, draws_at_most

if importlib.util.find_spec("acnportal"):
    from acnportal.algorithms import BaseAlgorithm
else:
    BaseAlgorithm = object


class AcnAlgorithm(BaseAlgorithm):
    """ChargeDeck's garage as an algorithm of ACN-Sim."""

    def __init__(self) -> None:
        super().__init__()
        self.max_recompute = 1
        self._garage: Garage | None = None
        self._draws: dict[str, float] = {}
        self._prices = np.empty(0)

    def register_interface(self, interface: Any) -> None:
        """Read the wiring once."""
        super().register_interface(interface)
        self._site = site = interface.infrastructure_info()
        phasors = site.constraint_matrix * np.exp(1j * np.deg2rad(site.phases))
        self._hours = interface.period / 60
        self._garage = Garage(Wiring(phasors, site.constraint_limits, site.voltages), self._hours)
        self._per_kw = _demand_charge(interface)
        gc.freeze()  # ACN-Sim's 140,000 objects are not to be searched while a decision is timed

    def schedule(self, sessions: list[Any]) -> dict[str, list[float]]:
        """Offer each session its current for the next period."""
        if not sessions:
            return {}
        self._watch()
        stays = [self._stay(session) for session in sessions]
        amps = self._garage.currents(stays, self._bill(max(stay.periods for stay in stays)))
        return {session.station_id: [float(a)] for session, a in zip(sessions, amps, strict=True)}

    def _watch(self) -> None:
        """Tell apart what a car was offered and what it draws."""
        offered = self.interface.last_applied_pilot_signals
        for session, drawn in self.interface.last_actual_charging_rate.items():
            before = self._draws.get(session, np.inf)
            self._draws[session] = draws_at_most(before, offered.get(session, 0.0), drawn)

    def _stay(self, session: Any) -> Stay:
        site, outlet = self._site, self._site.get_station_index(session.station_id)
        return Stay(
            outlet,
            needs=session.remaining_demand * 1000 / site.voltages[outlet] / self._hours,
            periods=session.estimated_departure - session.current_time,
            max_a=min(site.max_pilot[outlet], self._draws[session.session_id]),
            pilots=() if site.is_continuous[outlet] else tuple(filter(None, site.allowable_pilots[outlet])),
        )

    def _bill(self, periods: int) -> Bill | None:
        if self._per_kw is None:
            return None
        now = self.interface.current_time
        if lacking := max(now + periods - len(self._prices), 0):
            self._prices = np.append(self._prices, self.interface.get_prices(lacking, len(self._prices)))
        peak_kw = self.interface.get_prev_peak() * self._site.voltages.max() / 1000
        return Bill(self._prices[now : now + periods], self._per_kw, peak_kw)


def _demand_charge(interface: Any) -> float | None:
    try:
        return float(interface.get_demand_charge())
    except ValueError:  # this simulation has no tariff
        return None
