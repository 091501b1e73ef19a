"""Rows that share a commit, while they gather, while they are written, and while they must wait."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from chargedeck.domain.reading import Reading
from chargedeck.domain.units import Amps, ChargerId, DeviceId, SessionId, StationId
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.ports import Durable
from chargedeck.hub.records import (
    ChargerRecord,
    DeviceRecord,
    EventRecord,
    LimitChange,
    SessionRecord,
    SignedValue,
)

Sample = tuple[ChargerId, Reading, Amps | None]


@dataclass(frozen=True, slots=True)
class Errand:
    """Work with a transaction of its own, after the rows that were handed over before it."""

    work: Callable[[Connection], Any]
    answer: Future[Any]


@dataclass(slots=True)
class Batch:
    """In the order in which they are written; of rows that replace one another only the last is kept."""

    devices: dict[DeviceId, DeviceRecord] = field(default_factory=dict)
    chargers: dict[ChargerId, ChargerRecord] = field(default_factory=dict)
    sessions: dict[SessionId, SessionRecord] = field(default_factory=dict)
    energy: dict[tuple[StationId, datetime], StationEnergy] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    limits: list[LimitChange] = field(default_factory=list)
    signed: list[SignedValue] = field(default_factory=list)
    events: list[tuple[int, EventRecord]] = field(default_factory=list)
    waiters: list[Durable] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return (
            len(self.devices)
            + len(self.chargers)
            + len(self.sessions)
            + len(self.energy)
            + len(self.samples)
            + len(self.limits)
            + len(self.signed)
            + len(self.events)
        )

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for it."""
        return bool(self.waiters or self.errands)

    def take_before(self, older: "Batch") -> None:
        """Put the rows of an older batch before these; those who waited for it have their answer."""
        self.devices = older.devices | self.devices
        self.chargers = older.chargers | self.chargers
        self.sessions = older.sessions | self.sessions
        self.energy = older.energy | self.energy
        for mine, others in (
            (self.samples, older.samples),
            (self.limits, older.limits),
            (self.signed, older.signed),
            (self.events, older.events),
        ):
            mine[:0] = others  # type: ignore[assignment]

    def shed(self, most: int) -> int:
        """Let go of the oldest of what has piled up beyond `most`, never of a session; say how many."""
        shed = 0
        for rows in (self.samples, self.limits, self.signed, self.events):
            excess = max(0, len(rows) - most)
            del rows[:excess]
            shed += excess
        return shed
