"""What all connections of a listener share: the hub's ports, the clocks and the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chargedeck.chargers.ocpp.calls import ANSWER_S
from chargedeck.chargers.ocpp.limits import Limits
from chargedeck.hub.background import Background

if TYPE_CHECKING:
    from chargedeck.chargers.ocpp.connection import Connection
    from chargedeck.chargers.ocpp.desk import Door, FrameLog, Now


@dataclass(frozen=True, slots=True)
class Keepalive:
    """When a silent device is asked whether it is still there, and when it is given up."""

    interval_s: float = 10.0
    patience_s: float = 20.0
    answer_s: float = ANSWER_S
    """How long a device may think about a request of ours."""
    pong_s: float = 5.0
    """How long it may take to answer a ping when somebody waits for that."""
    sweep_s: float = 1.0
    """How often all of it is looked at, for all connections at once."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all connections of a listener share."""

    door: Door
    log: FrameLog
    now: Now
    time: Callable[[], float]
    """Seconds that never jump: for limits and timeouts."""
    limits: Limits
    keepalive: Keepalive
    tasks: Background = field(default_factory=Background)
    connections: set[Connection] = field(default_factory=set)
