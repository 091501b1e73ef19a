"""Server-sent events as bytes: pure functions from changes to what goes over the wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from chargedeck.live.ports import Scope

KEEPALIVE = b"event: heartbeat\ndata: {}\n\n"
"""An event, since a page is told nothing of comments: so it can tell a quiet stream from a dead one."""

RETRY_MS = 1_000

_encode = msgspec.json.Encoder().encode


class Change(NamedTuple):
    """One event, encoded once; `about` is the charger it tells of, if any.

    `veiled` is what persons are told instead who see only their own doings: by person, and under
    None for all others; None where it is the same for everybody.
    """

    kind: str
    station_id: str
    about: str | None
    frame: bytes
    veiled: Mapping[str | None, bytes | None] | None = None

    def frame_for(self, scope: Scope) -> bytes | None:
        """What a reader of this scope is told, if anything."""
        if not scope.sees(self.kind, self.station_id, self.about):
            return None
        if self.veiled is None or scope.person is None:
            return self.frame
        if scope.sees_through(self.kind, None):
            return self.frame
        return self.veiled.get(scope.person, self.veiled.get(None))


class Event(msgspec.Struct, frozen=True):
    """The data of a `charger`, `station`, `device`, `session` or `notice` event; patch null: it is gone."""

    id: str
    seq: int
    patch: Mapping[str, Any] | None


def event_frame(kind: str, event: Event) -> bytes:
    """One event without the blank line that ends it."""
    return b"event: " + kind.encode() + b"\ndata: " + _encode(event) + b"\n"


def snapshot_frame(lists: Mapping[str, Sequence[Any]], event_id: str) -> bytes:
    """The event that replaces all that a reader knew."""
    return b"retry: %d\nevent: snapshot\ndata: %b\nid: %b\n\n" % (
        RETRY_MS,
        _encode(lists),
        event_id.encode(),
    )


@dataclass(frozen=True, slots=True)
class Tick:
    """All changes that are told together, in their order."""

    position: int
    changes: Sequence[Change]
    by_station: Mapping[str, Sequence[Change]]
    size: int

    @classmethod
    def of(cls, position: int, changes: Sequence[Change]) -> "Tick":
        """Sort changes by station, so that who sees one of many is served fast."""
        by_station: dict[str, list[Change]] = {}
        for change in changes:
            by_station.setdefault(change.station_id, []).append(change)
        return cls(position, changes, by_station, sum(len(change.frame) for change in changes))

    def chunk(self, scope: Scope, event_id: str) -> bytes | None:
        """What a reader of this scope is sent, its resume position on the last event; None: nothing."""
        frames = [
            frame for change in self._at(scope.stations) if (frame := change.frame_for(scope)) is not None
        ]
        if not frames:
            return None
        return b"%bid: %b\n\n" % (b"\n".join(frames), event_id.encode())

    def _at(self, stations: frozenset[str] | None) -> Sequence[Change]:
        """Changes at these stations and perhaps others, still in order: a move is gone first, then new."""
        if stations is None:
            return self.changes
        concerned = stations & self.by_station.keys()
        match len(concerned):
            case 0:
                return ()
            case 1:
                return self.by_station[next(iter(concerned))]
            case _:
                return self.changes


class Position(NamedTuple):
    """Where a reader is: the last tick it has, as seen by one audience (`epoch`)."""

    epoch: str
    tick: int

    def __str__(self) -> str:
        return f"{self.epoch}-{self.tick}"


def parsed_position(last_event_id: str | None) -> Position | None:
    """Read a `Last-Event-ID`; anything that is not ours is as good as none."""
    if last_event_id is None:
        return None
    epoch, dash, tick = last_event_id.rpartition("-")
    if not dash or not (tick.isascii() and tick.isdigit()) or len(tick) > 15:
        return None
    return Position(epoch, int(tick))
