"""What flowed at a station before ChargeDeck counted it: taken over from a meter or another system."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import StorageUnavailableError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import StationId, WattHours
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role

MOST = 400
"""As many as a request of 64 KiB holds."""

_ALL_OF_IT = QUARTER.total_seconds()
Energy = Annotated[float, Meta(ge=0, le=1e7)]


class PastQuarter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Watt-hours of a quarter of an hour; null is what nobody measured. The house is without chargers."""

    start: Time
    from_grid_wh: Energy
    to_grid_wh: Energy = 0.0
    solar_wh: Energy | None = None
    from_battery_wh: Energy | None = None
    to_battery_wh: Energy | None = None
    house_wh: Energy | None = None
    chargers_wh: Energy | None = None

    def record(self, station: StationId) -> StationEnergy:
        """The same as it is kept, each value for the whole of the quarter."""
        stored = self.from_battery_wh is not None or self.to_battery_wh is not None
        return StationEnergy(
            station,
            self.start,
            WattHours(self.from_grid_wh),
            WattHours(self.to_grid_wh),
            _ALL_OF_IT,
            WattHours(self.solar_wh or 0),
            0 if self.solar_wh is None else _ALL_OF_IT,
            WattHours(self.from_battery_wh or 0),
            WattHours(self.to_battery_wh or 0),
            _ALL_OF_IT if stored else 0,
            WattHours(self.house_wh or 0),
            0 if self.house_wh is None else _ALL_OF_IT,
            WattHours(self.chargers_wh or 0),
            0 if self.chargers_wh is None else _ALL_OF_IT,
        )


class PastQuarters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Quarters in any order, each once."""

    items: Annotated[list[PastQuarter], Meta(max_length=MOST)]


class QuartersTaken(msgspec.Struct, frozen=True):
    """How many were taken over, and of how many something was known already."""

    taken: int
    known: int


@post(
    "/api/stations/{station_id:str}/energy/quarters",
    operation_id="importQuarters",
    summary="Take over what another system has counted",
    tags=["Energy"],
    status_code=200,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, StorageUnavailableError),
)
async def import_quarters(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[PastQuarters]
) -> QuartersTaken:
    """For shares of sources in the cost of earlier sessions and for forecasts; whole quarters of the past.

    Quarters of which something is known stay as they are, so that sending them again changes nothing.
    """
    station = StationId(visible_station(request, station_id).id)
    starts = [item.start for item in data.items]
    if any(start != quarter_of(start) for start in starts):
        raise InvalidValueError("items", said("must each begin at a full quarter of an hour"))
    if len(set(starts)) != len(starts):
        raise InvalidValueError("items", said("name the same quarter twice"))
    taken = await request.services.flows.take_in([item.record(station) for item in data.items])
    if taken:
        await request.services.costs.flows_changed(station, min(starts), max(starts) + QUARTER)
    return QuartersTaken(taken, len(starts) - taken)
