"""What the hub asks of a device; a driver carries each out and returns when the device has confirmed."""

from dataclasses import dataclass

from chargedeck.domain.units import Amps, IdTag


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
    """

    connector: int
    default_a: Amps
    session_a: Amps
    ref: str | None = None


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


Command = StartCharging | StopCharging | LimitCurrent | Unlock | Reset | SetOperative | Refresh
