"""What the hub asks of a device; a driver carries each out and returns when the device has confirmed."""

from dataclasses import dataclass
from datetime import datetime

from chargedeck.domain.units import Amps, IdTag
from chargedeck.hub.unit_settings import DeviceSettings, LoadBalancing


@dataclass(frozen=True, slots=True)
class StartCharging:
    """Let the outlet begin a session in the name of `id_tag`."""

    connector: int
    id_tag: IdTag


@dataclass(frozen=True, slots=True)
class StopCharging:
    """End the session that the device calls `ref`."""

    connector: int
    ref: str


@dataclass(frozen=True, slots=True)
class LimitCurrent:
    """What the outlet may draw.

    `default_a` is kept by the device for the time that we are gone; `session_a` holds for the
    running session `ref` alone. The device never draws more than the lower of the two.

    Where a control loop of ours shares a breaker out, nobody may count on a limit that outlives us: then
    the device keeps `fallback_a` instead, and at `expires_at` the session falls to it by itself.
    """

    connector: int
    default_a: Amps
    session_a: Amps
    ref: str | None = None
    fallback_a: Amps | None = None
    expires_at: datetime | None = None

    @property
    def kept_a(self) -> Amps:
        """What the device keeps for sessions that have no limit of their own."""
        return self.default_a if self.fallback_a is None else self.fallback_a


@dataclass(frozen=True, slots=True)
class Unlock:
    """Release the cable."""

    connector: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Restart the device; soft ends sessions in order first."""

    hard: bool


@dataclass(frozen=True, slots=True)
class SetOperative:
    """Let the outlet take part, or take it out of service."""

    connector: int
    operative: bool


@dataclass(frozen=True, slots=True)
class Refresh:
    """Ask the outlet for its state and meter values."""

    connector: int


@dataclass(frozen=True, slots=True)
class OverrideSchedule:
    """Set the device's own schedule aside until the session ends."""

    connector: int


@dataclass(frozen=True, slots=True)
class Configure:
    """Change settings that the device keeps itself; those that are None stay as they are."""

    settings: DeviceSettings | LoadBalancing


Command = (
    StartCharging
    | StopCharging
    | LimitCurrent
    | Unlock
    | Reset
    | SetOperative
    | Refresh
    | OverrideSchedule
    | Configure
)
