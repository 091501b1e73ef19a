"""What a simulated charge point is and is built of; fixed before it is switched on."""

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from chargedeck.domain.units import IdTag
from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.outlet import Wiring
from chargedeck.simulator.quirks import Quirk


@dataclass(frozen=True, slots=True)
class Identity:
    """One charge point's nameplate, wiring and firmware."""

    point_id: str
    vendor: str = "ChargeDeck"
    model: str = "Simulator TRI"
    firmware: str = "1.0.0"
    connectors: int = 1
    wiring: Wiring = Wiring()
    quirks: frozenset[Quirk] = frozenset()
    free_vend: IdTag | None = None
    """With a card of its own the firmware starts whenever a cable comes in, and asks nobody."""
    drift: Seconds | None = None
    """How far its clock is off for good; None: the central system sets it."""
    boot_time: Seconds = Seconds(3)
    settings: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Configuration values this charge point left the factory with."""

    def named(self, point_id: str) -> "Identity":
        """The same under another name."""
        return replace(self, point_id=point_id)
