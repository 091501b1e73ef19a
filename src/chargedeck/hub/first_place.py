"""Where the first station stands: its first owner's clock is its own while nothing is kept by it."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.hub.fleet import UNSET_ZONE
from chargedeck.hub.session_query import SessionQuery

if TYPE_CHECKING:
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.ports import Archive
    from chargedeck.hub.stations import Station
    from chargedeck.hub.tariffs import Tariffs

logger = logging.getLogger(__name__)


async def take_time_zone(zone: str, fleet: Fleet, tariffs: Tariffs, archive: Archive) -> None:
    """Give the default station an IANA zone, unless it has one or something that was kept by its clock.

    The claim stands whatever becomes of it: a station's zone can be set later.
    """
    station = fleet.default_station
    try:
        if await _is_untouched(station, tariffs, archive):
            await fleet.save_station(replace(station.record, time_zone=zone))
    except StorageUnavailableError as error:
        logger.warning("The station keeps the time zone %s: %s", station.record.time_zone, error)


async def _is_untouched(station: Station, tariffs: Tariffs, archive: Archive) -> bool:
    record = station.record
    if record.time_zone != UNSET_ZONE or tariffs.history(record.id):
        return False
    return not (await archive.sessions(SessionQuery(stations=(record.id,), limit=1))).items
