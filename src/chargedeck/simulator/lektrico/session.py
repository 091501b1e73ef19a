"""A charger's counters of one session after another; survives a loss of power, decides nothing."""

from dataclasses import dataclass

from chargedeck.domain.units import WattHours
from chargedeck.simulator.clock import Instant, Seconds, between


@dataclass(slots=True)
class Session:
    """The session under way, or what is left of the last one until its cable is pulled out."""

    number: int = 0
    is_active: bool = False
    tag: str | None = None
    energy_wh: WattHours = WattHours(0)
    charging_time: Seconds = Seconds(0)
    """From the start to the stop or the unplugging, pauses included."""
    last_energy_wh: WattHours = WattHours(0)
    """Of the session before this one, or of this one when it is over."""
    register_wh: WattHours = WattHours(0)
    """The meter when this was last looked at …"""
    at: Instant = Instant(0)
    """… and when that was."""

    def begin(self, now: Instant, register_wh: WattHours, tag: str | None) -> None:
        """Another session starts."""
        self.number += 1
        self.is_active, self.tag = True, tag
        self.energy_wh, self.charging_time = WattHours(0), Seconds(0)
        self.resume(now, register_wh)

    def follow(self, now: Instant, register_wh: WattHours) -> None:
        """Count what has happened since the last look."""
        if self.is_active:
            self.energy_wh = WattHours(self.energy_wh + register_wh - self.register_wh)
            self.charging_time = Seconds(self.charging_time + between(self.at, now))
        self.resume(now, register_wh)

    def resume(self, now: Instant, register_wh: WattHours) -> None:
        """Go on from here: the time without power is no charging time."""
        self.at, self.register_wh = now, register_wh

    def end(self) -> None:
        """The session is over; its counters stay until the cable is pulled out."""
        if self.is_active:
            self.is_active, self.last_energy_wh = False, self.energy_wh

    def clear(self) -> None:
        """The cable is out."""
        self.end()
        self.tag = None
        self.energy_wh, self.charging_time = WattHours(0), Seconds(0)
