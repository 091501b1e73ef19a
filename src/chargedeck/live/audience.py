"""Readers by what they see: those of one scope share every chunk, and the snapshot while nothing changes."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chargedeck.live.frames import Position, Tick, snapshot_frame
from chargedeck.live.ports import Scope
from chargedeck.live.reader import QueueReader

Lists = Callable[[Scope], dict[str, list[Any]]]
"""Makes the lists of a snapshot: the last told state of everything that the scope sees."""


@dataclass(slots=True, eq=False)
class Audience:
    """A scope with its readers; it outlives the last of them for a while, so that they can resume."""

    scope: Scope
    epoch: str
    readers: set[QueueReader] = field(default_factory=set)
    left_at: float = float("-inf")
    _snapshot: tuple[int, bytes] | None = None

    def deliver(self, tick: Tick, now: float) -> int:
        """Give the tick's chunk to every reader; answers how many of them were too far behind."""
        self._snapshot = None
        if not self.readers:
            return 0
        return sum(not reader.offer(chunk, now) for chunk in self.chunks((tick,)) for reader in self.readers)

    def chunks(self, ticks: Iterable[Tick]) -> Iterator[bytes]:
        """What this scope sees of each tick."""
        for tick in ticks:
            chunk = tick.chunk(self.scope, str(Position(self.epoch, tick.position)))
            if chunk is not None:
                yield chunk

    def snapshot(self, position: int, lists: Lists) -> bytes:
        """The chunk that starts a reader of this scope at `position`."""
        if self._snapshot is None or self._snapshot[0] != position:
            event_id = str(Position(self.epoch, position))
            self._snapshot = position, snapshot_frame(lists(self.scope), event_id)
        return self._snapshot[1]


class Audiences:
    """All scopes that somebody reads, or read a moment ago.

    The epoch names the audience: a reader with other rights, or one whose audience was let go in
    the meantime, cannot resume and starts from a snapshot.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._births = itertools.count()
        self._by_scope: dict[Scope, Audience] = {}
        self._stations: set[str] = set()
        self._everywhere = False
        self.veiled = False
        """Whether somebody reads who sees only their own doings."""

    def __bool__(self) -> bool:
        return bool(self._by_scope)

    def of(self, scope: Scope) -> Audience:
        """The audience of a scope."""
        audience = self._by_scope.get(scope)
        if audience is None:
            audience = Audience(scope, epoch=f"{self._run}.{next(self._births):x}")
            self._by_scope[scope] = audience
            self._note_stations()
        return audience

    def watch(self, station_id: str) -> bool:
        """Whether anybody can see this station."""
        return self._everywhere or station_id in self._stations

    def readers(self) -> list[QueueReader]:
        """Every open stream."""
        return [reader for audience in self._by_scope.values() for reader in audience.readers]

    def deliver(self, tick: Tick, now: float) -> int:
        """Give a tick to all; answers how many readers were too far behind."""
        return sum(audience.deliver(tick, now) for audience in self._by_scope.values())

    def forget_before(self, left_at: float) -> None:
        """Let go of scopes whose last reader left before `left_at`."""
        gone = [scope for scope, one in self._by_scope.items() if not one.readers and one.left_at < left_at]
        for scope in gone:
            del self._by_scope[scope]
        if gone:
            self._note_stations()

    def _note_stations(self) -> None:
        self.veiled = any(scope.person is not None for scope in self._by_scope)
        self._everywhere = any(scope.stations is None for scope in self._by_scope)
        self._stations = set().union(*(scope.stations or () for scope in self._by_scope))
