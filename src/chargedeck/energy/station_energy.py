"""What flowed at a station in a quarter of an hour, by where it came from and where it went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.cost_energy import Flow, Flows

SECONDS_PER_HOUR = 3600.0
_FINEST_WH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class StationEnergy:
    """Watt-hours from `start` on, each with the seconds for which it was known; the rest was not measured.

    They come from powers that were held from one look to the next, and serve for shares and forecasts;
    what a session took comes from its meter's register.
    """

    station_id: StationId
    start: datetime
    """The beginning of the quarter, in UTC."""
    from_grid_wh: WattHours = WattHours(0)
    to_grid_wh: WattHours = WattHours(0)
    grid_s: float = 0
    solar_wh: WattHours = WattHours(0)
    solar_s: float = 0
    from_battery_wh: WattHours = WattHours(0)
    to_battery_wh: WattHours = WattHours(0)
    battery_s: float = 0
    house_wh: WattHours = WattHours(0)
    """What is neither a charger's nor measured by itself; less than 0 where something feeds in unseen."""
    house_s: float = 0
    chargers_wh: WattHours = WattHours(0)
    chargers_s: float = 0

    @property
    def solar_w(self) -> Watts | None:
        """The mean power from the sun while it was measured."""
        return _mean(self.solar_wh, self.solar_s)

    @property
    def house_w(self) -> Watts | None:
        """The mean power of the house while it was known."""
        return _mean(self.house_wh, self.house_s)

    @property
    def flow(self) -> Flow | None:
        """What the house and the chargers were fed from; None where nobody measured the grid.

        The sun's surplus goes to the grid and into the battery first, and what the sun did not bring into
        the battery came from the grid.
        """
        if self.grid_s <= 0:
            return None
        bought, sold = _mean(self.from_grid_wh, self.grid_s) or 0, _mean(self.to_grid_wh, self.grid_s) or 0
        sun = self.solar_w or 0
        out, into = _mean(self.from_battery_wh, self.battery_s), _mean(self.to_battery_wh, self.battery_s)
        kept = max(0.0, sun - sold)
        stored = min(into or 0, kept)
        return Flow(
            _watt_hours(max(0.0, bought - (into or 0) + stored)),
            _watt_hours(kept - stored),
            _watt_hours(max(0.0, (out or 0) - max(0.0, sold - sun))),
        )


def flows_of(known: Iterable[StationEnergy]) -> Flows:
    """The sources of every quarter that is known, as the cost of a session asks for them."""
    return {each.start: flow for each in known if (flow := each.flow) is not None}


def _mean(energy_wh: WattHours, seconds: float) -> Watts | None:
    return Watts(energy_wh * SECONDS_PER_HOUR / seconds) if seconds > 0 else None


def _watt_hours(power_w: float) -> Decimal:
    return Decimal(power_w / 4).quantize(_FINEST_WH)
