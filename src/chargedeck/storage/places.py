"""The book's pages on places and devices."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Delete, delete, select, update
from sqlalchemy.exc import IntegrityError

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, DeviceId, StationId
from chargedeck.hub.management import Management
from chargedeck.hub.meter_records import MeterRecord
from chargedeck.hub.records import ChargerRecord, DeviceRecord, FormerOutlet, StationRecord
from chargedeck.hub.solar_sites import SolarSite
from chargedeck.storage.desk import Desk
from chargedeck.storage.meter_tables import METERS, SOLAR_SITES
from chargedeck.storage.outlet_tables import FORMER_OUTLETS
from chargedeck.storage.rows import (
    charger_record,
    device_record,
    management_record,
    management_values,
    meter_record,
    meter_values,
    of_row,
    plain_values,
    solar_site,
    solar_values,
    station_record,
)
from chargedeck.storage.tables import CHARGERS, DEVICES, STATION_MANAGEMENT, STATIONS


class Places:
    """Stations, devices and chargers; the latter two are written by the journal."""

    _desk: Desk

    async def stations(self) -> Sequence[StationRecord]:
        """All stations."""
        return await self._desk.all(STATIONS, station_record)

    async def save_station(self, record: StationRecord) -> None:
        """Insert or replace; the default is always one."""

        def save(connection: Connection) -> None:
            if record.is_default:
                others = update(STATIONS).where(STATIONS.c.is_default, STATIONS.c.id != record.id)
                connection.execute(others.values(is_default=False))
            self._desk.put(connection, STATIONS, plain_values(record))

        await self._desk.write(save)

    async def delete_station(self, station: StationId) -> None:
        """Delete; raises ConflictError while a device or a charger belongs to it."""
        try:
            await self._desk.delete(STATIONS, STATIONS.c.id == station)
        except IntegrityError as error:
            raise ConflictError(
                said("The station still has devices; move them to another station first")
            ) from error

    async def management(self) -> Sequence[Management]:
        """How the stations are managed that somebody has set up for it."""
        query = select(STATION_MANAGEMENT).order_by(STATION_MANAGEMENT.c.station_id)
        return await self._desk.read(lambda connection: [*map(management_record, connection.execute(query))])

    async def save_management(self, record: Management) -> None:
        """Insert or replace; raises UnknownResourceError when the station is gone."""
        try:
            await self._desk.save(STATION_MANAGEMENT, management_values(record))
        except IntegrityError as error:
            raise UnknownResourceError("station", record.station_id) from error

    async def meters(self) -> Sequence[MeterRecord]:
        """All meters that we ask."""
        return await self._desk.all(METERS, meter_record)

    async def save_meter(self, record: MeterRecord) -> None:
        """Insert or replace; raises UnknownResourceError when the station is gone."""
        try:
            await self._desk.save(METERS, meter_values(record))
        except IntegrityError as error:
            raise UnknownResourceError("station", record.station_id) from error

    async def delete_meter(self, meter_id: str) -> None:
        """Delete it; what it has measured stays."""
        await self._desk.delete(METERS, METERS.c.id == meter_id)

    async def solar_sites(self) -> Sequence[SolarSite]:
        """The panels of all stations that have some."""
        query = select(SOLAR_SITES).order_by(SOLAR_SITES.c.station_id)
        return await self._desk.read(lambda connection: [*map(solar_site, connection.execute(query))])

    async def save_solar_site(self, site: SolarSite) -> None:
        """Insert or replace; raises UnknownResourceError when the station is gone."""
        try:
            await self._desk.save(SOLAR_SITES, solar_values(site))
        except IntegrityError as error:
            raise UnknownResourceError("station", site.station_id) from error

    async def delete_solar_site(self, station: StationId) -> None:
        """Delete; what the panels have brought stays."""
        await self._desk.delete(SOLAR_SITES, SOLAR_SITES.c.station_id == station)

    async def devices(self) -> Sequence[DeviceRecord]:
        """All devices."""
        return await self._desk.all(DEVICES, device_record)

    async def delete_device(self, device: DeviceId) -> None:
        """Delete with its chargers; their sessions and samples stay, and what the chargers began with."""
        await self._remove(CHARGERS.c.device_id == device, delete(DEVICES).where(DEVICES.c.id == device))

    async def chargers(self) -> Sequence[ChargerRecord]:
        """All chargers."""
        return await self._desk.all(CHARGERS, charger_record)

    async def delete_charger(self, charger: ChargerId) -> None:
        """Delete; its sessions and samples stay, and what it began with."""
        chosen = CHARGERS.c.id == charger
        await self._remove(chosen, delete(CHARGERS).where(chosen))

    async def former_outlets(self) -> Sequence[FormerOutlet]:
        """All that were removed."""
        query = select(FORMER_OUTLETS).order_by(FORMER_OUTLETS.c.charger_id)
        return await self._desk.read(
            lambda connection: [of_row(FormerOutlet, row) for row in connection.execute(query)]
        )

    async def _remove(self, chargers: ColumnElement[bool], removal: Delete) -> None:
        """Delete, and remember the chargers that go with it: both or neither."""
        columns = CHARGERS.c
        gone = select(columns.id, columns.installation_current_a, columns.inspection_required).where(chargers)
        names = [column.name for column in FORMER_OUTLETS.columns]
        keep = self._desk.database.insert_into(FORMER_OUTLETS).from_select(names, gone)
        changes = {name: keep.excluded[name] for name in names[1:]}
        keep = keep.on_conflict_do_update(index_elements=names[:1], set_=changes)

        def remove(connection: Connection) -> None:
            connection.execute(keep)
            connection.execute(removal)

        await self._desk.write(remove)
