"""One energy module: asks what its meter says and how it balances, and tells the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chargedeck.chargers.lektrico import balancing, wire
from chargedeck.chargers.lektrico.pacing import FULL_EVERY, SILENT_S
from chargedeck.chargers.lektrico.troubles import RefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.chargers.lektrico.identity import Nature
    from chargedeck.chargers.lektrico.rpc import Rpc
    from chargedeck.chargers.lektrico.surroundings import Surroundings
    from chargedeck.chargers.lektrico.wire import Payload
    from chargedeck.hub.device import Device


class ModuleSide:
    """What is known of an energy module on one connection."""

    def __init__(self, device: Device, nature: Nature, rpc: Rpc, surroundings: Surroundings) -> None:
        self.device = device
        self.nature = nature
        self.rpc = rpc
        self.config: Payload = wire.EMPTY
        self.info: Payload = wire.EMPTY
        self._surroundings = surroundings
        self._looks = 0

    async def ask(self, *, full: bool, seconds: float = SILENT_S) -> None:
        """Ask for the reading, and for the settings where they are due; raises a TroubleError."""
        self._looks += 1
        is_first = self._looks == 1
        self.info = await self.rpc.read(wire.METER_INFO, seconds=seconds, logged=is_first)
        if full or is_first or self._looks % FULL_EVERY == 0:
            try:
                self.config = await self.rpc.read(wire.APP_CONFIG, seconds=seconds, logged=is_first)
            except RefusedError:
                self.config = wire.EMPTY

    @property
    def is_busy(self) -> bool:
        """Whether anything charges behind the same connection: then its meter is what holds the house."""
        return self._surroundings.is_charging(self.device.station_id)

    @property
    def answers(self) -> dict[str, Payload]:
        """What it last answered, by method."""
        return {wire.METER_INFO: self.info, wire.APP_CONFIG: self.config}

    @property
    def heap(self) -> int | None:
        """The memory that it has left, in bytes, where it says."""
        return wire.integer(self.info, "heap_free", low=0)

    def has_broken(self) -> bool:
        """Nothing that is set in it is in its memory alone."""
        return False

    @property
    def seems_restarted(self) -> bool:
        """It makes no difference."""
        return False

    def has_forgotten(self) -> bool:
        """Nothing that is set in it is in its memory alone."""
        return False

    def tell(self, now: datetime) -> None:
        """Tell the hub."""
        device = self.device
        device.seen(now)
        device.local.metered(balancing.reading(self.info, now, phases=self.nature.phases))
        device.local.balancing_seen(balancing.balancing(self.config))
        device.local.untroubled()
