"""All stations, devices and chargers: the one object that the API and the listeners talk to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Amps, ChargerId, DeviceId, StationId
from chargedeck.hub import device_passwords
from chargedeck.hub.devices import Devices, UnknownPolicy, hashed
from chargedeck.hub.orders import START_EXPECTED, START_LAPSES_S, check_installation
from chargedeck.hub.records import DeviceRecord, SessionRecord, StationRecord
from chargedeck.hub.stations import Station
from chargedeck.hub.sweep import sweep
from chargedeck.hub.unit_settings import DeviceKind

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device
    from chargedeck.hub.management import Management
    from chargedeck.hub.message_log import LoggedMessage
    from chargedeck.hub.ports import OperatorCatalogue

HOME = StationId("home")

UNSET_ZONE = "UTC"
"""The zone of the first station until somebody says where it stands."""

MOST_RECALLED = 10_000
"""Events of the last minutes that are looked through for starts."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What an owner says when a device is let in; None keeps what is there."""

    name: str | None = None
    station_id: StationId | None = None
    installation_current_a: Amps | None = None
    plug_and_charge: bool = False

    def __post_init__(self) -> None:
        """Raise OutOfRangeError for an installation that no charger can be on."""
        if self.installation_current_a is not None:
            check_installation(self.installation_current_a)


class Fleet:
    """Everything that charges."""

    def __init__(self, context: Context, *, unknown: UnknownPolicy, catalogue: OperatorCatalogue) -> None:
        self._context = context
        self._catalogue = catalogue
        self.stations: dict[str, Station] = {}
        self.chargers: dict[str, Charger] = {}
        self.doors = Devices(
            context,
            unknown=unknown,
            default_station=lambda: self.default_station.record.id,
            made=self._charger_made,
        )

    # -- start and stop ------------------------------------------------------------------------

    async def load(self) -> None:
        """Take up everything that is on disk, open sessions included, before anyone may connect."""
        context = self._context
        await context.cards.load()
        await context.transaction_ids.refill()
        await self._load_stations()
        context.former.load(await context.book.former_outlets())
        for device_record in await context.book.devices():
            self.doors.add(device_record).show()
        for charger_record in await context.book.chargers():
            self.doors.items[charger_record.device_id].add_outlet(charger_record, new=False)
        for session in sorted(await context.archive.open_sessions(), key=lambda record: record.started_at):
            device = self.doors.items.get(session.device_id)
            charger = self.chargers.get(session.charger_id)
            if device is not None and charger is not None:
                charger.resume_session(device.ledger.resume(session))
        await self._recall_starts()
        context.tasks.start(sweep(self.doors.items, context), name="sweep")

    async def _recall_starts(self) -> None:
        """A charger may begin only now what it was told to before our restart."""
        now = self._context.now()
        since = now - timedelta(seconds=START_LAPSES_S)
        for event in await self._context.archive.events(None, since, now, MOST_RECALLED):
            charger = self.chargers.get(event.charger_id or "")
            if event.kind == START_EXPECTED and charger is not None and event.detail is not None:
                charger.orders.recall(event.detail)

    async def _load_stations(self) -> None:
        records = await self._context.book.stations()
        if not records:
            first = StationRecord(HOME, "Home", True, UNSET_ZONE, self._context.now())
            await self._context.book.save_station(first)
            records = [first]
        managed = {each.station_id: each for each in await self._context.book.management()}
        for record in records:
            self.stations[record.id] = self._station(record, managed.get(record.id))
            self._context.screen.touch(self.stations[record.id], urgent=True)

    def _station(self, record: StationRecord, management: Management | None = None) -> Station:
        return Station(record, self.chargers, self._context.now, management)

    def _charger_made(self, charger: Charger) -> None:
        self.chargers[charger.id] = charger

    # -- finding -------------------------------------------------------------------------------

    @property
    def devices(self) -> Mapping[str, Device]:
        """All devices, pending ones included."""
        return self.doors.items

    @property
    def default_station(self) -> Station:
        """Where new devices go."""
        return next(station for station in self.stations.values() if station.record.is_default)

    def is_charging(self, station_id: str) -> bool:
        """Whether a session is open at a station."""
        return any(one.session is not None and one.station_id == station_id for one in self.chargers.values())

    def charger(self, charger: str) -> Charger:
        """The charger, or UnknownResourceError."""
        found = self.chargers.get(charger)
        if found is None:
            raise UnknownResourceError("charger", charger)
        return found

    def device(self, device: str) -> Device:
        """The device, or UnknownResourceError."""
        found = self.doors.items.get(device)
        if found is None:
            raise UnknownResourceError("device", device)
        return found

    def station(self, station: str) -> Station:
        """The station, or UnknownResourceError."""
        found = self.stations.get(station)
        if found is None:
            raise UnknownResourceError("station", station)
        return found

    # -- devices -------------------------------------------------------------------------------

    async def register_device(
        self, device_id: DeviceId, driver: str, approval: Approval
    ) -> tuple[Device, str]:
        """Expect a device that has not called yet; answers its password, which is kept nowhere."""
        self._check_free(device_id)
        password = device_passwords.generated()
        kept = await hashed(password.encode())
        self._check_free(device_id)
        record = DeviceRecord(
            id=device_id,
            name=approval.name or device_id,
            driver=driver,
            station_id=self._station_of(approval),
            approved=True,
            first_seen_at=self._context.now(),
            password=kept,
        )
        device = self.doors.add(record)
        self._context.journal.device(record)
        self._furnish(device, approval)
        await self._context.durable()
        return device, password

    async def add_polled(self, record: DeviceRecord) -> Device:
        """Take up a device that was found by asking it; a charger has its one outlet from the start."""
        self._check_free(record.id)
        device = self.doors.add(record)
        self._context.journal.device(record)
        if record.kind is DeviceKind.CHARGER:
            device.outlet(1)
        device.show()
        await self._context.durable()
        return device

    def _check_free(self, device_id: str) -> None:
        if device_id in self.doors.items:
            raise ConflictError(
                said("There is a device '{device_id}' already; choose another id", device_id=device_id)
            )

    async def approve(self, device_id: str, approval: Approval, by: Authorizer) -> Device:
        """Let a pending device in."""
        device = self.device(device_id)
        if device.approved:
            raise ConflictError(said("Device '{device_id}' has been approved already", device_id=device_id))
        device.keep(
            replace(
                device.record,
                approved=True,
                name=approval.name or device.record.name,
                station_id=self._station_of(approval),
            )
        )
        self._furnish(device, approval)
        self._context.event("device_approved", self._context.now(), device=device.id, actor=by.label)
        await self._context.durable()
        if device.link is not None:
            device.link.approved()
        return device

    def _station_of(self, approval: Approval) -> StationId:
        if approval.station_id is None:
            return self.default_station.record.id
        return self.station(approval.station_id).record.id

    def _furnish(self, device: Device, approval: Approval) -> None:
        outlet = device.outlet(1)
        installed = approval.installation_current_a or outlet.record.installation_current_a
        outlet.keep(
            replace(
                outlet.record,
                installation_current_a=installed,
                allowed_current_a=installed,
                plug_and_charge=approval.plug_and_charge,
            )
        )
        outlet.control.push()
        device.show()

    async def new_password(self, device_id: str) -> str:
        """Give a device another password and answer it, once."""
        device = self.device(device_id)
        password = device_passwords.generated()
        await self.doors.set_password(device, password)
        await self._context.durable()
        device.show()
        return password

    async def update_device(
        self, device_id: str, *, name: str | None = None, station_id: str | None = None
    ) -> Device:
        """Rename or move a device."""
        device = self.device(device_id)
        former = device.record.station_id
        station = former if station_id is None else self.station(station_id).record.id
        device.keep(replace(device.record, name=name or device.record.name, station_id=station))
        for outlet in device.outlets:
            if outlet.record.station_id == former != station:
                outlet.keep(replace(outlet.record, station_id=station))
                outlet.changed(self._context.now(), urgent=True)
        device.opens_otherwise()
        device.show()
        await self._context.durable()
        return device

    async def remove_device(self, device_id: str) -> None:
        """Remove a device and its chargers; their sessions, their wires and their locks are remembered."""
        device = self.device(device_id)
        if any(outlet.session is not None for outlet in device.outlets):
            raise ConflictError(said("A session is open at this device; stop it first"))
        device.retire()
        try:
            await self._context.durable()
            await self._context.book.delete_device(device.id)
        except BaseException:
            device.reinstate()
            raise
        self.doors.drop(device)
        for outlet in device.outlets:
            self._forget(outlet)
        self._context.log.forget(device.id)
        self._context.screen.remove(device)

    async def remove_charger(self, charger_id: str) -> None:
        """Remove a charger; with a device's only one goes the device. The history keeps its sessions."""
        charger = self.charger(charger_id)
        device = charger.device
        if len(device.outlets) == 1:
            await self.remove_device(device.id)
            return
        if charger.session is not None:
            raise ConflictError(said("A session is open at this charger; stop it first"))
        charger.retire()
        try:
            await self._context.durable()
            await self._context.book.delete_charger(charger.id)
        except BaseException:
            charger.retired = False
            raise
        device.drop_outlet(charger.connector)
        self._forget(charger)

    def _forget(self, charger: Charger) -> None:
        self.chargers.pop(charger.id, None)
        self._context.former.removed(charger.record)
        self._context.screen.remove(charger)

    # -- the operator's corner -----------------------------------------------------------------

    async def call(
        self, device_id: str, action: str, payload: Mapping[str, Any], by: Authorizer
    ) -> Mapping[str, Any]:
        """Send any message that a central system may send."""
        device = self.device(device_id)
        result = await device.call(action, payload)
        self._context.event("call", self._context.now(), device=device.id, actor=by.label, action=action)
        return result

    def operator_actions(self, device_id: str) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
        """The protocol a device speaks and the actions it may be sent, with their schemas."""
        device = self.device(device_id)
        protocol = device.protocol or device.record.driver
        return protocol, self._catalogue(protocol)

    def messages(
        self,
        device_id: str,
        *,
        start: datetime | None,
        end: datetime | None,
        action: str | None,
        limit: int,
    ) -> list[LoggedMessage]:
        """The device's last messages, newest first."""
        device = self.device(device_id)
        return self._context.log.read(device.id, start=start, end=end, action=action, limit=limit)

    # -- stations ------------------------------------------------------------------------------

    async def save_station(self, record: StationRecord) -> Station:
        """Add or change a station; there is always exactly one default."""
        known = self.stations.get(record.id)
        if known is not None and known.record.is_default and not record.is_default:
            raise ConflictError(said("One station must be the default; make another one the default instead"))
        await self._context.book.save_station(record)
        if known is None:
            known = self.stations[record.id] = self._station(record)
        known.record = record
        if record.is_default:
            for other in self.stations.values():
                if other is not known and other.record.is_default:
                    other.record = replace(other.record, is_default=False)
                    self._context.screen.touch(other, urgent=True)
        self._context.screen.touch(known, urgent=True)
        return known

    async def remove_station(self, station_id: str) -> None:
        """Remove an empty station that is not the default."""
        station = self.station(station_id)
        if station.record.is_default:
            raise ConflictError(
                said("The default station cannot be removed; make another one the default first")
            )
        residents: list[Device | Charger] = [*self.devices.values(), *self.chargers.values()]
        if any(resident.station_id == station_id for resident in residents):
            raise ConflictError(said("The station still has devices; move them to another station first"))
        await self._context.book.delete_station(station.record.id)
        del self.stations[station_id]
        self._context.screen.remove(station)

    def as_of_now(self, record: SessionRecord) -> SessionRecord:
        """A session as it stands; the book has an open one as of its last change of state."""
        device = None if record.ended_at is not None else self.devices.get(record.device_id)
        session = None if device is None else device.ledger.get(record.ref)
        return record if session is None else session.saved(self._context.now())

    def charger_name(self, charger: ChargerId) -> str:
        """What a charger is called, or was, when it is gone."""
        found = self.chargers.get(charger)
        return charger if found is None else found.record.name
