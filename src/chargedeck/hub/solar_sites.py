"""Where a station's panels are and who forecasts for them, as its owner has set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import StationId, Watts
from chargedeck.energy.sun import Roof
from chargedeck.hub.people_problems import InvalidValueError

MOST_PLANES = 6


class SkyService(StrEnum):
    """Who is asked what the sky will be like."""

    NONE = "none"
    """Nobody: a clear sky, scaled by what the last days brought."""
    OPEN_METEO = "open_meteo"


@dataclass(frozen=True, slots=True)
class SolarSite:
    """The panels of a station."""

    station_id: StationId
    roof: Roof
    service: SkyService = SkyService.NONE

    def __post_init__(self) -> None:
        """Refuse what no roof can be; a plane checks itself."""
        if not 1 <= len(self.roof.planes) <= MOST_PLANES:
            raise InvalidValueError(
                "planes", said("must be 1 to {most}, one for each way they look", most=MOST_PLANES)
            )


class SkyError(ChargeDeckError):
    """No forecast could be had; the text is the rest of a sentence about the service."""

    code = "no_forecast"


class Sky(Protocol):
    """Somebody who forecasts what falls on panels."""

    async def expected(self, roof: Roof, now: datetime) -> Mapping[datetime, Watts]:
        """What the panels would bring of it without any loss, by the start of each quarter of an hour in UTC.

        Some days of the past are among them, so that they can be compared with what came. Raises SkyError.
        """
