"""What a device is, asked of the device itself: never told by its name or by who announces it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chargedeck.chargers.lektrico import wire
from chargedeck.chargers.lektrico.troubles import NotUnderstoodError, RefusedError
from chargedeck.domain.events import DeviceIdentity
from chargedeck.domain.sentences import said
from chargedeck.hub.unit_settings import DeviceKind

if TYPE_CHECKING:
    from chargedeck.chargers.lektrico.rpc import Rpc
    from chargedeck.chargers.lektrico.wire import Payload

VENDOR = "LEKTRI.CO"
ASK_S = 3.0
"""A question that is lost with the network holds up the next attempt for so long: back within 5 s."""

_ID = re.compile(r"[A-Za-z0-9]{1,16}_[A-Za-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Nature:
    """A kind of device."""

    kind: DeviceKind
    model: str
    phases: int


_NATURES = (
    ("1p7k", Nature(DeviceKind.CHARGER, "1P7K", 1)),
    ("3p22k", Nature(DeviceKind.CHARGER, "3P22K", 3)),
    ("m2w_81", Nature(DeviceKind.ENERGY_MODULE, "EM", 1)),
    ("m2w_83", Nature(DeviceKind.ENERGY_MODULE, "3EM", 3)),
    ("m2w", Nature(DeviceKind.ENERGY_MODULE, "M2W", 3)),
)


@dataclass(frozen=True, slots=True)
class Identity:
    """One unit, as it says itself."""

    hardware_id: str
    nature: Nature
    serial: str
    firmware: str | None = None

    @property
    def device_identity(self) -> DeviceIdentity:
        """The same in the hub's words."""
        return DeviceIdentity(VENDOR, self.nature.model, self.serial, self.firmware)


def nature_of(hardware_id: str) -> Nature | None:
    """The kind that an id begins with."""
    folded = hardware_id.lower()
    return next((nature for prefix, nature in _NATURES if folded.startswith(prefix)), None)


async def named(rpc: Rpc) -> tuple[str, Nature]:
    """Ask a device for its id alone; raises a TroubleError, also for one that is none of these."""
    answer = await rpc.read(wire.DEVICE_ID, seconds=ASK_S)
    hardware_id = wire.text(answer, "device_id", "id")
    nature = None if hardware_id is None else nature_of(hardware_id)
    if hardware_id is None or nature is None or not _ID.fullmatch(hardware_id):
        raise NotUnderstoodError(rpc.where, said("its id is none of a charger or an energy module"))
    return hardware_id, nature


async def identify(rpc: Rpc) -> Identity:
    """Ask a device what it is; raises a TroubleError, also for one that is none of these."""
    hardware_id, nature = await named(rpc)
    is_charger = nature.kind is DeviceKind.CHARGER
    config = await _asked(rpc, wire.CHARGER_CONFIG if is_charger else wire.MODULE_CONFIG)
    serial = wire.text(config, "serial_number") or hardware_id.partition("_")[2]
    return Identity(hardware_id, nature, serial, await firmware(rpc, is_charger=is_charger))


async def firmware(rpc: Rpc, *, is_charger: bool) -> str | None:
    """The version that runs; where it is told depends on kind and age."""
    methods = (wire.CHARGER_INFO, wire.SOFTWARE) if is_charger else (wire.SOFTWARE,)
    for method in methods:
        found = wire.text(await _asked(rpc, method), "fw_version")
        if found is not None:
            return found
    return None


async def _asked(rpc: Rpc, method: str) -> Payload:
    """What it tells, or nothing where its firmware has no such method."""
    try:
        return await rpc.read(method, seconds=ASK_S)
    except RefusedError:
        return wire.EMPTY
