"""What a LEKTRI.CO device is: kind, serial number, wiring, firmware; fixed before it is switched on."""

from dataclasses import dataclass, replace
from enum import StrEnum

from chargedeck.simulator.lektrico.quirks import Quirk

MOST_CURRENT = 32
"""What the hardware of every charger can carry, in amperes."""


class Kind(StrEnum):
    """The four types, in the words of the vendor's own client."""

    CHARGER_1P7K = "1p7k"
    CHARGER_3P22K = "3p22k"
    MODULE_EM = "em"
    MODULE_3EM = "3em"

    @property
    def is_charger(self) -> bool:
        """Whether a car can be plugged in; else it is an energy module."""
        return self in (Kind.CHARGER_1P7K, Kind.CHARGER_3P22K)


_PREFIXES = {
    Kind.CHARGER_1P7K: "1p7k_",
    Kind.CHARGER_3P22K: "3p22k_",
    Kind.MODULE_EM: "m2w_81",
    Kind.MODULE_3EM: "m2w_83",
}
CHARGER_FIRMWARE = "1.51"
MODULE_FIRMWARE = "1.15"


@dataclass(frozen=True, slots=True)
class Nameplate:
    """One device as it left the factory and the electrician."""

    kind: Kind
    serial: int
    phases: int = 3
    """Wires that it is connected to; a ONE is a 3P22K on a single one."""
    firmware: str = ""
    board_revision: str = "E"
    install_current: int = MOST_CURRENT
    """The electrician's setting; 6 A as it comes out of the box."""
    headless: bool = True
    cards: frozenset[str] | None = None
    """The cards it has learned; None: it takes every card."""
    quirks: frozenset[Quirk] = frozenset()
    name: str = ""
    """What hands and bystanders call it; empty: what it calls itself."""

    @property
    def device_id(self) -> str:
        """What it calls itself: the type, and the number that is printed on it."""
        prefix = _PREFIXES[self.kind]
        kind, _, series = prefix.partition("_")
        number = str(self.serial)
        return f"{kind}_{number}" if series and number.startswith(series) else f"{prefix}{number}"

    @property
    def instance(self) -> str:
        """Its name in multicast DNS."""
        return f"Lektrico-{self.device_id.replace('_', '-')}"

    @property
    def fw_version(self) -> str:
        """Its firmware."""
        return self.firmware or (CHARGER_FIRMWARE if self.kind.is_charger else MODULE_FIRMWARE)

    @property
    def fw_id(self) -> str:
        """Its firmware as multicast DNS tells it: build time and version."""
        return f"20250225-101500/v{self.fw_version}-0-g0000000"

    @property
    def wires(self) -> int:
        """On how many phases it really is."""
        return 1 if self.kind in (Kind.CHARGER_1P7K, Kind.MODULE_EM) else self.phases

    def of_kind(self, kind: Kind) -> "Nameplate":
        """The same of another type."""
        return replace(self, kind=kind)

    def numbered(self, serial: int) -> "Nameplate":
        """The same with another serial number."""
        return replace(self, serial=serial)
