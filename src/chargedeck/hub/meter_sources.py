"""The meters that we ask: set up, tried, asked in turn and shown; how one is asked is a port."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.meter_records import check_telling, one_at_each_breaker, oriented
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.polled_meter import PolledMeter
from chargedeck.hub.station_meters import Source

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.meter import MeterReading
    from chargedeck.energy.circuits import CircuitId
    from chargedeck.hub.context import Context
    from chargedeck.hub.fleet import Fleet
    from chargedeck.hub.management import Management
    from chargedeck.hub.meter_records import Answered, MeterRecord
    from chargedeck.hub.station_control import StationControl
    from chargedeck.hub.stations import Station

TRY_S = 20.0
"""How long a try may take: longer than a meter that speaks by itself may be silent."""

MOST_METERS = 64

Change = Callable[["MeterRecord"], "MeterRecord"]


class MeterLine(Protocol):
    """The way to one meter; connects when it is first read."""

    async def read(self) -> Answered:
        """The next reading, within some seconds; raises MeterFailedError. May be called again then."""

    async def close(self) -> None:
        """Hang up."""


class MeterDialer(Protocol):
    """Who knows how each kind of meter is asked."""

    def check(self, record: MeterRecord) -> MeterRecord:
        """The same with what it has to be asked at made plain; raises InvalidValueError."""

    def line(self, record: MeterRecord) -> MeterLine:
        """A way to it; nothing is asked yet."""


class MeterSources:
    """The use cases."""

    def __init__(self, context: Context, fleet: Fleet, control: StationControl, dialer: MeterDialer) -> None:
        self._context = context
        self._fleet = fleet
        self._control = control
        self._dialer = dialer
        self._meters: dict[str, PolledMeter] = {}
        self._changing = asyncio.Lock()

    # -- start and stop ------------------------------------------------------------------------

    async def load(self) -> None:
        """Begin to ask all meters that are known."""
        for record in await self._context.book.meters():
            if record.station_id in self._fleet.stations:
                self._take_up(record)

    async def aclose(self) -> None:
        """Ask nobody any more."""
        for meter in self._meters.values():
            await meter.stop()

    def _take_up(self, record: MeterRecord) -> None:
        station = self._fleet.stations[record.station_id]
        station.meters.attach(record.id, record.source)
        meter = PolledMeter(record, self._dialer.line, self._context.now, self._heard)
        self._meters[record.id] = station.polled[record.id] = meter
        meter.start()
        self._context.screen.touch(station)

    def _heard(self, meter: PolledMeter) -> None:
        """A meter has spoken, or has fallen silent."""
        record, reading = meter.record, meter.reading
        station = self._fleet.stations.get(record.station_id)
        if station is None:
            self._context.tasks.start(self._let_go(meter), name="meter-of-a-station-that-is-gone")
            return
        if meter.problem is None and reading is not None:
            circuit = record.circuit or station.management.main.id
            self._control.read(station, record.source, circuit, reading, meter=record.id)
        else:
            self._context.screen.touch(station)

    async def _let_go(self, meter: PolledMeter) -> None:
        await meter.stop()
        self._meters.pop(meter.record.id, None)
        station = self._fleet.stations.get(meter.record.station_id)
        if station is not None:
            station.polled.pop(meter.record.id, None)
            station.meters.detach(meter.record.id)
            self._context.screen.touch(station)

    # -- what there is -------------------------------------------------------------------------

    def of(self, station: Station) -> Sequence[PolledMeter]:
        """The meters of a station, by name."""
        return sorted(station.polled.values(), key=lambda meter: (meter.record.name, meter.record.id))

    def get(self, meter_id: str) -> PolledMeter:
        """By id; raises UnknownResourceError."""
        meter = self._meters.get(meter_id)
        if meter is None:
            raise UnknownResourceError("meter", meter_id)
        return meter

    # -- setting up ----------------------------------------------------------------------------

    async def test(self, record: MeterRecord) -> tuple[Answered, MeterReading]:
        """What it reads now; raises InvalidValueError or MeterFailedError. Nothing is kept."""
        line = self._dialer.line(self._checked(record))
        try:
            async with asyncio.timeout(TRY_S):
                answered = await line.read()
        finally:
            await line.close()
        reading = oriented(record, answered, self._context.now())
        check_telling(record, reading)
        return answered, reading

    async def add(self, record: MeterRecord, by: Authorizer) -> PolledMeter:
        """Set a meter up; it is asked from now on, whether it answers already or not."""
        async with self._changing:
            named = replace(self._checked(record), id=secrets.token_hex(8))
            if sum(m.record.station_id == named.station_id for m in self._meters.values()) >= MOST_METERS:
                raise ConflictError(
                    said("A station may have {most} meters; remove one first", most=MOST_METERS)
                )
            return await self._keep(named, "meter_added", by)

    async def change(self, meter: PolledMeter, change: Change, by: Authorizer) -> PolledMeter:
        """Ask it otherwise from now on."""
        async with self._changing:
            changed = self._checked(change(meter.record))
            if changed == meter.record:
                return meter
            return await self._keep(changed, "meter_changed", by)

    async def remove(self, meter: PolledMeter, by: Authorizer) -> None:
        """Ask it no more; the breaker that it sat at is managed without one."""
        async with self._changing:
            record = meter.record
            await self._context.book.delete_meter(record.id)
            await self._let_go(meter)
            station = self._fleet.station(record.station_id)
            if record.circuit is not None:
                await self._expect(station, record.circuit, by, metered=False)
            self._tell("meter_removed", record, by)
            await self._context.durable()

    async def _keep(self, record: MeterRecord, kind: str, by: Authorizer) -> PolledMeter:
        station = self._fleet.station(record.station_id)
        await self._context.book.save_meter(record)
        if (known := self._meters.get(record.id)) is not None:
            await self._let_go(known)
        if record.source is Source.GRID:
            await self._expect(station, record.circuit or station.management.main.id, by, metered=True)
        self._take_up(record)
        self._tell(kind, record, by)
        await self._context.durable()
        return self._meters[record.id]

    def _tell(self, kind: str, record: MeterRecord, by: Authorizer) -> None:
        now = self._context.now()
        self._context.event(kind, now, actor=by.label, station=record.station_id, meter=record.name)

    async def _expect(self, station: Station, circuit: CircuitId, by: Authorizer, *, metered: bool) -> None:
        """The silence of a breaker's meter means something, once it has one."""

        def changed(management: Management) -> Management:
            circuits = tuple(
                replace(each, metered=metered) if each.id == circuit else each for each in management.circuits
            )
            return replace(management, circuits=circuits)

        await self._control.change(station.id, changed, by)

    def _checked(self, record: MeterRecord) -> MeterRecord:
        station = self._fleet.station(record.station_id)
        if record.circuit is not None and all(
            circuit.id != record.circuit for circuit in station.management.circuits
        ):
            raise InvalidValueError(
                "circuit", said("{circuit} is no breaker of this station; choose one", circuit=record.circuit)
            )
        if record.circuit == station.management.main.id:
            record = replace(record, circuit=None)
        other = one_at_each_breaker(record, (meter.record for meter in self._meters.values()))
        if other is not None:
            raise ConflictError(
                said(
                    "'{name}' already measures there; remove it first, or choose another breaker",
                    name=other.name,
                )
            )
        return self._dialer.check(record)
