"""What the sun will bring and what the house will take at each station, known without waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import StationId, Watts
from chargedeck.energy.house_profile import HouseProfile, house_profile
from chargedeck.energy.sun import Produced, SkyForecast, SolarForecast, sky_forecast, solar_forecast
from chargedeck.hub.solar_sites import Sky, SkyError, SkyService, SolarSite

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.energy.station_energy import StationEnergy
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.station_flows import StationFlows
    from chargedeck.hub.stations import Station

logger = logging.getLogger(__name__)

Forecast = Callable[[datetime], Watts]

LEARNED_EVERY_S = 900.0
LEARNS_FROM = timedelta(days=28)
PRODUCTION_OF = timedelta(days=10)
MEASURED_FOR_S = 300
"""A quarter of which less was measured says too little of the sun."""

ASKED_EVERY = timedelta(hours=3)
ASKED_AGAIN = timedelta(minutes=30)
HOLDS_FOR = timedelta(hours=24)
"""An older forecast is worth less than a clear sky scaled by the last days."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one station."""

    site: SolarSite | None = None
    solar: SolarForecast | SkyForecast | None = None
    house: HouseProfile | None = None
    sky: Mapping[datetime, Watts] | None = None
    sky_at: datetime | None = None
    asked_at: datetime | None = None
    problem: Sentence | None = None
    """Why the service has none."""

    @property
    def by_service(self) -> bool:
        """Whether the service's forecast is in use."""
        return isinstance(self.solar, SkyForecast)


def _nothing(_: datetime) -> Watts:
    return Watts(0)


class Forecasts:
    """The forecasts of all stations of this process."""

    def __init__(
        self, context: Context, fleet: Fleet, flows: StationFlows, skies: Mapping[SkyService, Sky]
    ) -> None:
        self._context = context
        self._fleet = fleet
        self._flows = flows
        self._skies = skies
        self._known: dict[str, Known] = {}

    async def load(self) -> None:
        """Take up what is set; it is learned from the past as soon as there is time for it."""
        for site in await self._context.book.solar_sites():
            self._known[site.station_id] = Known(site)

    def start(self) -> None:
        """Learn now, and every quarter of an hour."""
        self._context.tasks.start(self._run(), name="forecasts")

    async def _run(self) -> None:
        while True:
            for station in tuple(self._fleet.stations.values()):
                try:
                    await self.learn(station)
                except Exception:
                    logger.exception("nothing could be learned of station %s", station.id)
            await asyncio.sleep(LEARNED_EVERY_S)

    # -- what others ask -----------------------------------------------------------------------

    def known(self, station_id: str) -> Known:
        """All that is known of a station."""
        return self._known.get(station_id, Known())

    def solar(self, station_id: str) -> Forecast:
        """What the sun will bring in each quarter of an hour; nothing where nobody has set up panels."""
        found = self.known(station_id).solar
        return _nothing if found is None else found.power

    def house(self, station_id: str) -> Forecast:
        """What the house will take in each quarter of an hour; nothing where nobody has measured it."""
        found = self.known(station_id).house
        return _nothing if found is None else found.power

    # -- setting up ----------------------------------------------------------------------------

    async def set_up(self, station: Station, site: SolarSite, by: Authorizer) -> Known:
        """Set up panels, or change them."""
        await self._context.book.save_solar_site(site)
        self._known[station.id] = replace(self.known(station.id), site=site, sky=None, asked_at=None)
        self._tell("solar_changed", station, by)
        await self.learn(station)
        return self.known(station.id)

    async def remove(self, station: Station, by: Authorizer) -> None:
        """There are no panels, or none that anything is to be known of."""
        await self._context.book.delete_solar_site(StationId(station.id))
        self._known[station.id] = Known(house=self.known(station.id).house)
        self._tell("solar_removed", station, by)

    def _tell(self, kind: str, station: Station, by: Authorizer) -> None:
        self._context.event(kind, self._context.now(), actor=by.label, station=station.id)

    # -- learning ------------------------------------------------------------------------------

    async def learn(self, station: Station) -> None:
        """Look at the past, and ask who forecasts when it is time."""
        now = self._context.now()
        past = await self._flows.between(StationId(station.id), now - LEARNS_FROM, now)
        known = self.known(station.id)
        if known.site is None and not past:
            return
        known = await self._asked(known, now)
        learned = await asyncio.to_thread(_learned, known, past, ZoneInfo(station.record.time_zone), now)
        if self.known(station.id).site == known.site:  # nobody has changed it meanwhile
            self._known[station.id] = learned

    async def _asked(self, known: Known, now: datetime) -> Known:
        site = known.site
        sky = None if site is None else self._skies.get(site.service)
        if site is None or sky is None:
            return replace(known, sky=None, sky_at=None, problem=None)
        wait = ASKED_EVERY if known.problem is None else ASKED_AGAIN
        if known.asked_at is not None and timedelta() <= now - known.asked_at < wait:
            return known
        try:
            told = await sky.expected(site.roof, now)
        except SkyError as error:
            if known.problem is None:
                logger.warning("no forecast of the sky: %s", error)
            return replace(known, asked_at=now, problem=error.sentence)
        return replace(known, sky=told, sky_at=now, asked_at=now, problem=None)


def _learned(known: Known, past: Sequence[StationEnergy], zone: ZoneInfo, now: datetime) -> Known:
    house = house_profile(past, zone)
    if known.site is None:
        return replace(known, house=house, solar=None)
    roof = known.site.roof
    produced = [
        Produced(each.start.astimezone(UTC), power)
        for each in past
        if (power := each.solar_w) is not None
        and each.solar_s >= MEASURED_FOR_S
        and now - each.start <= PRODUCTION_OF
    ]
    is_fresh = known.sky_at is not None and now - known.sky_at <= HOLDS_FOR
    if known.sky is not None and is_fresh:
        return replace(known, house=house, solar=sky_forecast(known.sky, roof, produced, now))
    return replace(known, house=house, solar=solar_forecast(roof, produced, now))
