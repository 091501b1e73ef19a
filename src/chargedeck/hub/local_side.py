"""What a device that is asked tells of itself beyond its sessions: settings, limits, meter, trouble.

The device is the one place where its settings are kept: what it reports is adopted, whoever has set it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chargedeck.domain.session import IN_SESSION
from chargedeck.domain.units import Amps
from chargedeck.hub.counting import Counting, own_number
from chargedeck.hub.session_query import SessionQuery

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.domain.meter import MeterReading
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device
    from chargedeck.hub.records import ChargerRecord
    from chargedeck.hub.unit_settings import DeviceSettings, DeviceTrouble, LoadBalancing


@dataclass(frozen=True, slots=True)
class DeviceProblem:
    """Why the device cannot be used, and what to do."""

    trouble: DeviceTrouble
    detail: str
    since: datetime


class LocalSide:
    """One device's; empty for devices that call us."""

    __slots__ = (
        "_context",
        "_counting",
        "_device",
        "balancing",
        "meter",
        "problem",
        "restart_pending",
        "settings",
        "told",
    )

    def __init__(self, device: Device, context: Context) -> None:
        self._device = device
        self._context = context
        self._counting: dict[str, Counting] = {}
        self.settings: DeviceSettings | None = None
        self.balancing: LoadBalancing | None = None
        self.meter: MeterReading | None = None
        self.problem: DeviceProblem | None = None
        self.restart_pending = False
        self.told = asyncio.Event()
        """Set once it has told anything of itself since the server started."""

    # -- sessions ------------------------------------------------------------------------------

    async def counting(self, charger: Charger) -> Counting:
        """The charger's counters; the first time, with what the history knows of them."""
        found = self._counting.get(charger.id)
        if found is None:
            page = await self._context.archive.sessions(SessionQuery([charger.id], limit=1))
            last = page.items[0].ref if page.items else None
            found = self._counting.setdefault(charger.id, Counting(charger, own_number(last)))
        return found

    def unit_replaced(self) -> None:
        """Another unit takes the place of this one: what is known of the first holds no more."""
        for counting in self._counting.values():
            counting.anew()
        self.settings = self.balancing = self.meter = self.problem = None
        self.restart_pending = False

    # -- what it tells -------------------------------------------------------------------------

    def settings_seen(self, settings: DeviceSettings, now: datetime) -> None:
        """Its own settings, which are those of its chargers."""
        self.told.set()
        if settings == self.settings:
            return
        self.settings = settings
        for charger in self._device.outlets:
            changed = _mirrored(charger.record, settings)
            if changed != charger.record:
                charger.keep(changed)
                charger.control.push()
                charger.changed(now, urgent=True)
        self._device.show()

    def paused_elsewhere(self, charger: Charger, paused: bool, now: datetime) -> None:
        """Another client has paused the session at the device, or let it go on."""
        wanted = paused and charger.state in IN_SESSION
        if charger.record.user_paused != wanted:
            charger.keep(replace(charger.record, user_paused=wanted))
            charger.control.push()
            charger.changed(now, urgent=True)

    def balancing_seen(self, balancing: LoadBalancing) -> None:
        """An energy module's settings."""
        self.told.set()
        if balancing != self.balancing:
            self.balancing = balancing
            self._device.show()

    def metered(self, reading: MeterReading) -> None:
        """What flows at the grid connection."""
        self.meter = reading
        self._device.show(urgent=False)

    def troubled(self, trouble: DeviceTrouble, detail: str, now: datetime) -> None:
        """It cannot be used for this reason; written down once, however its words vary."""
        known = self.problem
        is_new = known is None or known.trouble is not trouble
        if is_new:
            self._context.event("device_trouble", now, device=self._device.id, code=trouble, detail=detail)
        if known is None or is_new or known.detail != detail:
            self.problem = DeviceProblem(trouble, detail, now if known is None or is_new else known.since)
            self._device.show()

    def untroubled(self) -> None:
        """It can be used."""
        if self.problem is not None:
            self.problem = None
            self._device.show()

    def restarting(self, pending: bool) -> None:
        """A restart that was asked for waits for the end of the session, or has come."""
        if self.restart_pending != pending:
            self.restart_pending = pending
            self._device.show()


def _mirrored(record: ChargerRecord, settings: DeviceSettings) -> ChargerRecord:
    """A charger with the settings of its device; what the device does not have stays as it is."""
    installation, user = settings.installation_current_a, settings.user_current_a
    plug, locked = settings.plug_and_charge, settings.locked
    installed = record.installation_current_a if installation is None else installation
    allowed = record.allowed_current_a if user is None else user
    return replace(
        record,
        installation_current_a=installed,
        allowed_current_a=Amps(min(allowed, installed)),
        plug_and_charge=record.plug_and_charge if plug is None else plug,
        locked=record.locked if locked is None else locked,
    )
