"""Panels of a station, and what the sun and the house are expected to do."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import delete, get, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import OutOfRangeError, StorageUnavailableError, UnknownResourceError
from chargedeck.domain.units import StationId, Watts
from chargedeck.energy.prices import QUARTER, quarter_of
from chargedeck.energy.sun import Degrees, Plane, Roof
from chargedeck.hub.forecasts import Known
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.solar_sites import SkyService, SolarSite

TAGS = ["Energy"]
AHEAD = timedelta(hours=48)


class SolarPlane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Panels that look one way: from flat (0) to upright (90), and from north (0) by east (90)."""

    peak_w: Annotated[float, Meta(ge=1, le=10_000_000)]
    tilt_deg: Annotated[float, Meta(ge=0, le=90)] = 35.0
    azimuth_deg: Annotated[float, Meta(ge=0, le=360)] = 180.0

    @property
    def plane(self) -> Plane:
        """The same for the forecast."""
        return Plane(Watts(self.peak_w), Degrees(self.tilt_deg), Degrees(self.azimuth_deg))


class SolarSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the panels are, and who is asked what the sky will be like."""

    latitude_deg: Annotated[float, Meta(ge=-90, le=90)]
    longitude_deg: Annotated[float, Meta(ge=-180, le=180)]
    planes: Annotated[list[SolarPlane], Meta(min_length=1, max_length=6)]
    service: SkyService = SkyService.NONE

    def site(self, station_id: StationId) -> SolarSite:
        """The same for the hub; raises OutOfRangeError or InvalidValueError."""
        planes = tuple(each.plane for each in self.planes)
        roof = Roof(Degrees(self.latitude_deg), Degrees(self.longitude_deg), planes)
        return SolarSite(station_id, roof, self.service)


class StationSolar(msgspec.Struct, frozen=True):
    """The panels of a station; null where nobody has set up any. `problem` says why a service has nothing."""

    settings: SolarSettings | None
    by_service: bool
    forecast_at: datetime | None
    problem: str | None


class ForecastSlot(msgspec.Struct, frozen=True):
    """The mean powers that are expected in a quarter of an hour."""

    start: datetime
    solar_w: float
    house_w: float


class EnergyForecast(msgspec.Struct, frozen=True):
    """The next two days; `by_service` is false where a clear sky is scaled by what the last days brought."""

    is_set_up: bool
    """Whether there are panels; without them nothing is expected of the sun."""
    by_service: bool
    problem: str | None
    slots: list[ForecastSlot]


@get(
    "/api/stations/{station_id:str}/solar",
    operation_id="getSolar",
    summary="A station's panels",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def get_solar(request: ApiRequest, station_id: FromPath[str]) -> StationSolar:
    """Where they are, how they look, and who forecasts for them."""
    return _shown(request, request.services.forecasts.known(visible_station(request, station_id).id))


@put(
    "/api/stations/{station_id:str}/solar",
    operation_id="setSolar",
    summary="Set up a station's panels",
    tags=TAGS,
    opt=access(
        Role.OPERATOR, UnknownResourceError, InvalidValueError, OutOfRangeError, StorageUnavailableError
    ),
)
async def set_solar(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[SolarSettings]
) -> StationSolar:
    """The forecast learns from what they have brought; a service is asked at once, and told nothing else."""
    station = visible_station(request, station_id)
    site = data.site(StationId(station.id))
    return _shown(request, await request.services.forecasts.set_up(station, site, request.caller.authorizer))


@delete(
    "/api/stations/{station_id:str}/solar",
    operation_id="removeSolar",
    summary="Forget a station's panels",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, StorageUnavailableError),
)
async def remove_solar(request: ApiRequest, station_id: FromPath[str]) -> None:
    """Nothing is expected of the sun from now on; what it has brought stays."""
    station = visible_station(request, station_id)
    await request.services.forecasts.remove(station, request.caller.authorizer)


@get(
    "/api/stations/{station_id:str}/forecast",
    operation_id="getForecast",
    summary="What the sun and the house are expected to do",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_forecast(request: ApiRequest, station_id: FromPath[str]) -> EnergyForecast:
    """Quarters of an hour from now on; the house by the hour of the week, as it has been of late."""
    station, forecasts = visible_station(request, station_id), request.services.forecasts
    solar, house, known = (
        forecasts.solar(station.id),
        forecasts.house(station.id),
        forecasts.known(station.id),
    )
    first = quarter_of(request.services.now())
    starts = [first + QUARTER * place for place in range(AHEAD // QUARTER)]
    slots = [ForecastSlot(start, round(solar(start), 1), round(house(start), 1)) for start in starts]
    return EnergyForecast(known.site is not None, known.by_service, request.told(known.problem), slots)


def _shown(request: ApiRequest, known: Known) -> StationSolar:
    return StationSolar(
        settings=None if known.site is None else _settings(known.site),
        by_service=known.by_service,
        forecast_at=known.sky_at,
        problem=request.told(known.problem),
    )


def _settings(site: SolarSite) -> SolarSettings:
    planes = [SolarPlane(plane.peak_w, plane.tilt, plane.azimuth) for plane in site.roof.planes]
    return SolarSettings(site.roof.latitude, site.roof.longitude, planes, site.service)
