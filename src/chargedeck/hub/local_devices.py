"""Devices that we ask: found, added by address, moved, replaced and set up; how they are asked is a port."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from chargedeck.domain.problems import ChargerOfflineError, ConflictError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Amps, DeviceId, StationId
from chargedeck.hub.commands import Configure, Reset
from chargedeck.hub.orders import check_installation
from chargedeck.hub.records import DeviceRecord
from chargedeck.hub.unit_settings import DeviceKind, DeviceSettings, DeviceTrouble, LoadBalancing, check

if TYPE_CHECKING:
    from chargedeck.domain.cards import Authorizer
    from chargedeck.domain.events import DeviceIdentity
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device
    from chargedeck.hub.fleet import Fleet

CONNECTED_S = 10.0
"""How long a device that has just been added may take until it can be given its settings."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is asked, and what it is shown."""

    address: str
    username: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """A device as it has answered, or why it has not."""

    address: str
    kind: DeviceKind | None = None
    hardware_id: str | None = None
    identity: DeviceIdentity | None = None
    trouble: DeviceTrouble | None = None
    detail: str = ""


class Prober(Protocol):
    """How devices are asked."""

    @property
    def driver(self) -> str: ...
    async def identify(self, place: Place) -> Found:
        """Ask what is there, now; raises InvalidValueError for the address, DeviceError for the device."""

    def take_up(self, device: Device) -> None:
        """Ask it from now on, for as long as the hub has it."""

    def look(self, device: Device) -> None:
        """Ask it now: something about it has changed."""

    def search(self) -> bool:
        """Look around for a while; answers whether that is possible and under way."""

    @property
    def discovered(self) -> Sequence[Found]:
        """What has been found while looking around."""

    def last_answers(self, device: Device) -> Mapping[str, Any]:
        """What the device last answered, by method, without anybody's secrets."""


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What an owner says when a device is added; None takes what the device has."""

    place: Place
    id: str | None = None
    name: str | None = None
    station_id: StationId | None = None
    installation_current_a: Amps | None = None
    plug_and_charge: bool | None = None

    def __post_init__(self) -> None:
        """Raise OutOfRangeError for an installation that no charger can be on."""
        if self.installation_current_a is not None:
            check_installation(self.installation_current_a)


class LocalDevices:
    """The use cases."""

    def __init__(self, context: Context, fleet: Fleet, prober: Prober) -> None:
        self._context = context
        self._fleet = fleet
        self._prober = prober
        self._elsewhere: dict[DeviceId, str] = {}
        """Where somebody last answered under the id of a device that has a password."""

    def take_up(self) -> None:
        """Begin to ask all devices that are known."""
        for device in self._fleet.devices.values():
            if device.record.driver == self._prober.driver and device.is_polled:
                self._prober.take_up(device)

    # -- finding -------------------------------------------------------------------------------

    def by_hardware(self, hardware_id: str | None) -> Device | None:
        """The device that is this unit."""
        if hardware_id is None:
            return None
        devices = self._fleet.devices.values()
        return next((one for one in devices if one.record.hardware_id == hardware_id), None)

    async def probe(self, place: Place) -> Found:
        """What is at an address."""
        return await self._prober.identify(place)

    def search(self) -> tuple[bool, Sequence[Found]]:
        """Look around for a while longer; answers what there is so far."""
        is_searching = self._prober.search()
        found = self._prober.discovered
        for one in found:
            self._met(one)
        return is_searching, found

    def _met(self, found: Found) -> None:
        """A known device that is lost and answers elsewhere is asked there from now on.

        One with a password is not: it would be told to whoever answers under the device's id. Its owner sees
        where that is in the list of what was found, and may change the address.
        """
        device = self.by_hardware(found.hardware_id)
        if device is None or device.online or found.trouble is not None:
            return
        if device.record.address == found.address:
            return
        now = self._context.now()
        if device.record.username is not None:
            if self._elsewhere.get(device.id) != found.address:
                self._elsewhere[device.id] = found.address
                self._context.event("device_elsewhere", now, device=device.id, address=found.address)
            return
        device.keep(replace(device.record, address=found.address))
        self._context.event("device_moved", now, device=device.id, address=found.address)
        self._prober.look(device)
        device.show()

    # -- adding and changing -------------------------------------------------------------------

    async def add(self, new: NewDevice, by: Authorizer) -> Device:
        """Ask what is there, take it up, and give it the settings that were named."""
        found = await self._prober.identify(new.place)
        self._check_new(found)
        device_id = DeviceId(new.id or _id_of(found))
        station = new.station_id or self._fleet.default_station.record.id
        record = DeviceRecord(
            id=device_id,
            name=new.name or _name_of(found),
            driver=self._prober.driver,
            station_id=station,
            approved=True,
            first_seen_at=self._context.now(),
            kind=found.kind or DeviceKind.CHARGER,
            hardware_id=found.hardware_id,
            address=found.address,
            username=new.place.username,
            secret=new.place.secret,
        )
        device = await self._fleet.add_polled(record)
        if found.identity is not None:
            device.identified(found.identity, self._context.now())
        self._context.event("device_added", self._context.now(), device=device.id, actor=by.label)
        self._prober.take_up(device)
        await self._furnish(device, new)
        await self._context.durable()
        return device

    def _check_new(self, found: Found) -> None:
        known = self.by_hardware(found.hardware_id)
        if known is not None:
            raise ConflictError(said("This device is there already, as '{name}'", name=known.record.name))

    async def _furnish(self, device: Device, new: NewDevice) -> None:
        """Settings can only be given to a device that answers; it stays added if it takes none."""
        wanted = DeviceSettings(
            plug_and_charge=new.plug_and_charge, installation_current_a=new.installation_current_a
        )
        with contextlib.suppress(TimeoutError):  # then it is there all the same, and its state says why
            async with asyncio.timeout(CONNECTED_S):
                await device.local.told.wait()
        if device.record.kind is not DeviceKind.CHARGER:
            return
        if wanted != DeviceSettings():
            await device.send(Configure(wanted))
        settings = device.local.settings
        if settings is not None and settings.user_current_a is None:
            for outlet in device.outlets:  # nobody has set less than what the wires carry
                installed = outlet.record.installation_current_a
                outlet.keep(replace(outlet.record, allowed_current_a=installed))
                outlet.control.push()

    async def update(self, device: Device, place: Place) -> None:
        """Ask the device at another address, or with another password; it must be the same unit."""
        found = await self._prober.identify(place)
        if found.hardware_id != device.record.hardware_id:
            raise ConflictError(
                said(
                    "{address} is {unit}, not {expected}; use replace if it has taken the place of this one",
                    address=found.address,
                    unit=found.hardware_id,
                    expected=device.record.hardware_id,
                )
            )
        await self._move(device, place, found)

    async def replace(self, device: Device, place: Place, by: Authorizer) -> None:
        """Another unit takes the place of this one: its chargers keep their names and their history."""
        if not device.is_polled:
            raise ConflictError(said("This device calls us: give the new unit its id and a new password"))
        found = await self._prober.identify(place)
        if found.hardware_id != device.record.hardware_id:
            self._check_new(found)
        if found.kind is not device.record.kind:
            raise ConflictError(
                said("The unit at this address is of another kind; add it as a device of its own")
            )
        now = self._context.now()
        for outlet in device.outlets:
            if outlet.session is not None:
                device.ledger.abandon(outlet.session, device.seen_at or now, now)
        device.local.unit_replaced()
        former = device.record.hardware_id
        device.keep(replace(device.record, hardware_id=found.hardware_id, single_phase=False))
        self._context.event(
            "unit_replaced", now, device=device.id, actor=by.label, former=former, unit=found.hardware_id
        )
        await self._move(device, place, found)

    async def _move(self, device: Device, place: Place, found: Found) -> None:
        moved = replace(device.record, address=found.address, username=place.username, secret=place.secret)
        device.keep(moved)
        if found.identity is not None:
            device.identified(found.identity, self._context.now())
        if device.link is not None:
            device.link.close("asked elsewhere from now on")
        self._prober.look(device)
        device.show()
        await self._context.durable()

    # -- its own settings ----------------------------------------------------------------------

    async def configure(
        self, device: Device, settings: DeviceSettings | LoadBalancing, by: Authorizer
    ) -> None:
        """Change settings that the device keeps; those are confirmed by the device, one by one."""
        check(settings)
        if device.link is None:
            raise ChargerOfflineError
        await device.send(Configure(settings))
        single = settings.single_phase if isinstance(settings, DeviceSettings) else None
        if single is not None:
            device.keep(replace(device.record, single_phase=single))
        self._context.event("settings", self._context.now(), device=device.id, actor=by.label)
        await self._context.durable()

    async def reset(self, device: Device, by: Authorizer) -> None:
        """Restart it; one that charges waits for the end of its session."""
        await device.send(Reset(hard=False))
        self._context.event("command", self._context.now(), device=device.id, actor=by.label, command="reset")
        await self._context.durable()

    def last_answers(self, device: Device) -> Mapping[str, Any]:
        """What the device last answered, for who is to help with it."""
        return self._prober.last_answers(device)


def _id_of(found: Found) -> str:
    """An id from what the unit calls itself."""
    return (found.hardware_id or found.address).replace("_", "-").lower()


def _name_of(found: Found) -> str:
    identity = found.identity
    return found.address if identity is None else f"{identity.model} {identity.serial}"
