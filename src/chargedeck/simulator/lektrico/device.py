"""What chargers and energy modules have in common: plate, settings, firmware; no outlet, no meter."""

from collections.abc import Callable

from chargedeck.simulator.lektrico.keys import Settings
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.world import World


def _nothing() -> None:
    return None


class Device:
    """Something with an address in the house's network."""

    def __init__(self, plate: Nameplate, world: World, settings: Settings) -> None:
        self.plate = plate
        self.world = world
        self.settings = settings
        self.firmware = plate.fw_version
        self.is_off = False
        self.is_cut = False
        """Whether its network cable is out."""
        self.is_updating = False
        self.is_reset_wanted = False
        """Whether it restarts as soon as the session under way is over."""
        self.restart: Callable[[], None] = _nothing
        """Takes the power away for a moment; put here by what it stands on."""

    def record(self, what: str, **facts: str | float | None) -> None:
        """Add a line to the record of what truly happened."""
        if self.world.is_recorded:
            self.world.journal(
                {
                    "event": what,
                    "charger": self.plate.device_id,
                    "real_at": round(self.world.wall.now(), 4),
                    **facts,
                }
            )
