"""The hub's storage ports in memory, for tests on virtual time: what was not committed is lost in a crash."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chargedeck.domain.cards import Card, folded
from chargedeck.domain.problems import ConflictError, StorageUnavailableError
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, IdTag, StationId, WattHours
from chargedeck.energy.detection import Rotation
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.charging_rules import PlanRecord, ScheduleRecord
from chargedeck.hub.management import Management
from chargedeck.hub.meter_records import MeterRecord
from chargedeck.hub.ports import Durable
from chargedeck.hub.records import (
    ChargerRecord,
    DeviceRecord,
    EventRecord,
    FormerOutlet,
    LimitChange,
    LocalListRecord,
    SessionRecord,
    SignedValue,
    StationRecord,
    UserRecord,
)
from chargedeck.hub.session_query import SessionPage, SessionQuery
from chargedeck.hub.solar_sites import SolarSite

Sample = tuple[ChargerId, Reading, Amps | None]


@dataclass
class Tables:
    """What is on the disk."""

    stations: dict[str, StationRecord] = field(default_factory=dict)
    management: dict[str, Management] = field(default_factory=dict)
    schedules: dict[str, ScheduleRecord] = field(default_factory=dict)
    plans: dict[ChargerId, PlanRecord] = field(default_factory=dict)
    wiring: dict[ChargerId, Rotation] = field(default_factory=dict)
    solar_sites: dict[str, SolarSite] = field(default_factory=dict)
    meters: dict[str, MeterRecord] = field(default_factory=dict)
    devices: dict[str, DeviceRecord] = field(default_factory=dict)
    chargers: dict[str, ChargerRecord] = field(default_factory=dict)
    former: dict[str, FormerOutlet] = field(default_factory=dict)
    sessions: dict[str, SessionRecord] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    local_lists: dict[str, LocalListRecord] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    limits: list[LimitChange] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
    signed: list[SignedValue] = field(default_factory=list)
    energy: dict[tuple[str, datetime], StationEnergy] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


class Memory:
    """Journal, book and archive in one; with `failing` set the disk takes nothing."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.failing = False
        self._waiting: list[Callable[[Tables], None]] = []
        self._sessions: dict[str, SessionRecord] = {}

    def crashed(self) -> Tables:
        """What is found after a crash."""
        return deepcopy(self.tables)

    # -- journal -------------------------------------------------------------------------------

    def sample(self, charger: ChargerId, reading: Reading, limit_a: Amps | None) -> None:
        self._waiting.append(lambda on: on.samples.append((charger, reading, limit_a)))

    def session(self, record: SessionRecord) -> None:
        self._sessions[record.id] = record
        self._waiting.append(lambda on: on.sessions.update({record.id: record}))

    def limit(self, change: LimitChange) -> None:
        self._waiting.append(lambda on: on.limits.append(change))

    def signed(self, value: SignedValue) -> None:
        self._waiting.append(lambda on: on.signed.append(value))

    def event(self, record: EventRecord) -> None:
        self._waiting.append(lambda on: on.events.append(record))

    def device(self, record: DeviceRecord) -> None:
        self._waiting.append(lambda on: on.devices.update({record.id: record}))

    def charger(self, record: ChargerRecord) -> None:
        def insert(on: Tables) -> None:
            assert record.device_id in on.devices, "a charger is stored after its device"
            on.chargers[record.id] = record

        self._waiting.append(insert)

    def energy(self, record: StationEnergy) -> None:
        self._waiting.append(lambda on: on.energy.update({(record.station_id, record.start): record}))

    def when_durable(self, done: Durable) -> None:
        asyncio.get_running_loop().call_soon(self._commit, done)

    def _commit(self, done: Durable) -> None:
        if not self.failing:
            self.flush()
        done(not self.failing)

    def flush(self) -> None:
        """Put everything that was handed over on the disk."""
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            row(self.tables)

    async def _write(self) -> Tables:
        await asyncio.sleep(0)
        if self.failing:
            raise StorageUnavailableError
        self.flush()
        return self.tables

    async def _read(self) -> Tables:
        await asyncio.sleep(0)
        if self.failing:
            raise StorageUnavailableError
        return self.tables

    # -- book ----------------------------------------------------------------------------------

    async def stations(self) -> Sequence[StationRecord]:
        return list((await self._read()).stations.values())

    async def save_station(self, record: StationRecord) -> None:
        stations = (await self._write()).stations
        if record.is_default:
            for other in list(stations.values()):
                stations[other.id] = replace(other, is_default=False)
        stations[record.id] = record

    async def delete_station(self, station: StationId) -> None:
        tables = await self._write()
        tables.stations.pop(station, None)
        tables.management.pop(station, None)

    async def management(self) -> Sequence[Management]:
        return list((await self._read()).management.values())

    async def save_management(self, record: Management) -> None:
        (await self._write()).management[record.station_id] = record

    async def meters(self) -> Sequence[MeterRecord]:
        return list((await self._read()).meters.values())

    async def save_meter(self, record: MeterRecord) -> None:
        (await self._write()).meters[record.id] = record

    async def delete_meter(self, meter_id: str) -> None:
        (await self._write()).meters.pop(meter_id, None)

    async def solar_sites(self) -> Sequence[SolarSite]:
        return list((await self._read()).solar_sites.values())

    async def save_solar_site(self, site: SolarSite) -> None:
        (await self._write()).solar_sites[site.station_id] = site

    async def delete_solar_site(self, station: StationId) -> None:
        (await self._write()).solar_sites.pop(station, None)

    async def devices(self) -> Sequence[DeviceRecord]:
        return list((await self._read()).devices.values())

    async def delete_device(self, device: DeviceId) -> None:
        tables = await self._write()
        tables.devices.pop(device, None)
        for charger in [c for c in tables.chargers.values() if c.device_id == device]:
            self._remove(charger.id)

    async def chargers(self) -> Sequence[ChargerRecord]:
        return list((await self._read()).chargers.values())

    async def delete_charger(self, charger: ChargerId) -> None:
        await self._write()
        self._remove(charger)

    def _remove(self, charger: ChargerId) -> None:
        gone = self.tables.chargers.pop(charger, None)
        if gone is not None:
            former = FormerOutlet(gone.id, gone.installation_current_a, gone.inspection_required)
            self.tables.former[gone.id] = former

    async def former_outlets(self) -> Sequence[FormerOutlet]:
        return list((await self._read()).former.values())

    async def schedules(self) -> Sequence[ScheduleRecord]:
        return list((await self._read()).schedules.values())

    async def save_schedule(self, record: ScheduleRecord) -> None:
        (await self._write()).schedules[record.id] = record

    async def delete_schedule(self, schedule_id: str) -> None:
        (await self._write()).schedules.pop(schedule_id, None)

    async def plans(self) -> Sequence[PlanRecord]:
        return list((await self._read()).plans.values())

    async def save_plan(self, record: PlanRecord) -> None:
        (await self._write()).plans[record.charger_id] = record

    async def learned_wiring(self) -> Mapping[ChargerId, Rotation]:
        return dict((await self._read()).wiring)

    async def save_learned_wiring(self, charger: ChargerId, rotation: Rotation) -> None:
        (await self._write()).wiring[charger] = rotation

    async def users(self) -> Sequence[UserRecord]:
        return []

    async def cards(self) -> Sequence[Card]:
        return list((await self._read()).cards.values())

    async def save_card(self, card: Card) -> None:
        cards = (await self._write()).cards
        if any(folded(c.id_tag) == folded(card.id_tag) and c.id != card.id for c in cards.values()):
            raise ConflictError("Another card has this tag")
        cards[card.id] = card

    async def delete_card(self, card_id: str) -> None:
        (await self._write()).cards.pop(card_id, None)

    async def local_lists(self) -> Sequence[LocalListRecord]:
        return list((await self._read()).local_lists.values())

    async def save_local_list(self, record: LocalListRecord) -> None:
        (await self._write()).local_lists[record.device_id] = record

    async def reserve_numbers(self, name: str, count: int) -> int:
        numbers = (await self._write()).numbers
        first = numbers.get(name, 0)
        numbers[name] = first + count
        return first

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the hub's tests have no use for {name}: people are tested elsewhere")

    # -- archive -------------------------------------------------------------------------------

    async def open_sessions(self) -> Sequence[SessionRecord]:
        tables = await self._write()
        return [self._advanced(s, tables) for s in tables.sessions.values() if s.ended_at is None]

    @staticmethod
    def _advanced(record: SessionRecord, tables: Tables) -> SessionRecord:
        later = [
            s.started_at
            for s in tables.sessions.values()
            if s.charger_id == record.charger_id
            and s.started_at > record.started_at
            and s.meter_start_wh >= record.meter_start_wh
        ]
        registers = [
            reading.register_wh
            for charger, reading, _ in tables.samples
            if charger == record.charger_id
            and reading.register_wh is not None
            and reading.at >= record.started_at
            and not any(start <= reading.at for start in later)
        ]
        return record._replace(meter_last_wh=max([record.meter_last_wh, *registers]))

    async def sessions(self, query: SessionQuery) -> SessionPage:
        """Only what the hub asks for: the newest of some chargers."""
        tables = await self._read()
        found = [
            s for s in tables.sessions.values() if query.chargers is None or s.charger_id in query.chargers
        ]
        return SessionPage(sorted(found, key=lambda s: s.started_at, reverse=True)[: query.limit], None)

    async def session_by_ref(self, device: DeviceId, ref: str) -> SessionRecord | None:
        return await self._newest(lambda s: (s.device_id, s.ref) == (device, ref))

    async def session_by_start(
        self, charger: ChargerId, started_at: datetime, meter_start_wh: WattHours, id_tag: IdTag | None
    ) -> SessionRecord | None:
        start = (charger, started_at, meter_start_wh, id_tag)
        return await self._newest(lambda s: (s.charger_id, s.started_at, s.meter_start_wh, s.id_tag) == start)

    async def events(
        self, charger: ChargerId | None, start: datetime, end: datetime, limit: int
    ) -> Sequence[EventRecord]:
        found = [
            event
            for event in (await self._write()).events
            if charger in (None, event.charger_id) and start <= event.at < end
        ]
        return sorted(found, key=lambda event: event.at, reverse=True)[:limit]

    async def station_energy(
        self, start: datetime, end: datetime, station: StationId | None = None
    ) -> Sequence[StationEnergy]:
        found = (await self._read()).energy.values()
        within = [e for e in found if start <= e.start < end and station in (None, e.station_id)]
        return sorted(within, key=lambda e: (e.start, e.station_id))

    async def _newest(self, is_it: Callable[[SessionRecord], bool]) -> SessionRecord | None:
        handed_over = dict(self._sessions)
        tables = await self._read()
        found = filter(is_it, {**tables.sessions, **handed_over}.values())
        return max(found, key=lambda s: s.started_at, default=None)
