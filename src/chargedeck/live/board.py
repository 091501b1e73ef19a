"""The in-process live board: gathers changes, encodes each once, hands the bytes to all readers.

A resource is looked at only while somebody can see it: without readers a touch counts and no more.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chargedeck.live.agenda import Agenda
from chargedeck.live.audience import Audience, Audiences
from chargedeck.live.cadence import tick_gap
from chargedeck.live.frames import KEEPALIVE, Change, Event, Tick, event_frame, parsed_position
from chargedeck.live.ports import LASTING, LiveStats, Resource, Scope, Timer, Timers, Veil
from chargedeck.live.reader import QueueReader
from chargedeck.live.ring import Ring
from chargedeck.live.told import Mark, Told, plain_form
from chargedeck.live.veiling import no_veil


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the board keeps, and how long."""

    reader_bytes: int = 512 * 1024
    ring_bytes: int = 4 * 1024 * 1024
    ring_ticks: int = 2_048
    resources_a_tick: int = 40
    """In a flood each resource is told of less often, and then of all its changes at once."""
    ticks_behind: int = 20
    """When more waits, a tick takes as much as it needs to be done with it in so many."""
    resume_s: float = 30.0
    keepalive_s: float = 15.0
    stuck_s: float = 60.0


DEFAULT_BOUNDS = Bounds()


class Board:
    """See `ports.LiveBoard`; every method runs on the thread of the event loop."""

    def __init__(self, loop: Timers, bounds: Bounds = DEFAULT_BOUNDS, *, veil: Veil = no_veil) -> None:
        self.stats = LiveStats()
        self._loop = loop
        self._bounds = bounds
        self._told = Told(self.stats, veil)
        self._entries = self._told.entries
        self._agenda = Agenda()
        self._announced: list[Change] = []
        self._open: Counter[str] = Counter()
        self._audiences = Audiences(run=secrets.token_hex(4))
        self._ring = Ring(max_bytes=bounds.ring_bytes, max_ticks=bounds.ring_ticks)
        self._position = 0
        self._ticked_at = float("-inf")
        self._tick_timer: Timer | None = None
        self._tick_at = float("inf")
        self._sweep_timer: Timer | None = None
        self._closed = False

    def touch(self, resource: Resource, *, urgent: bool = False) -> None:
        """Say that a resource is new or has changed."""
        entry = self._entries.get((resource.kind, resource.id))
        if entry is not None:
            entry.seq += 1
            entry.resource = resource
            mark = entry.mark
            if mark is Mark.SOON or (mark is Mark.LATER and not urgent):
                return
        if self._audiences:
            self._mark(resource, urgent=urgent)
        elif entry is None and resource.kind in LASTING:
            self._told.entry(resource)

    def notice(self, notice_id: str, station_id: str, patch: Mapping[str, Any]) -> None:
        """Tell everybody at a station something that is not a resource."""
        if self._audiences.watch(station_id):
            frame = event_frame("notice", Event(notice_id, self._position + 1, patch))
            self._announce([Change("notice", station_id, patch.get("charger_id"), frame)])

    def remove(self, resource: Resource) -> None:
        """Say that a resource is gone."""
        self._announce(self._told.remove(resource))

    def read(self, resource: Resource) -> Mapping[str, Any]:
        """The resource's plain form with its `seq`, in step with what the readers are told."""
        entry = self._told.entry(resource)
        if not self._audiences.watch(resource.station_id):
            return plain_form(entry, entry.seq)
        if entry.plain is None or entry.mark is not Mark.CLEAN:
            entry.told_at = self._loop.time()
            self._announce(self._told.tell(entry, self._position + 1))
        return plain_form(entry, entry.seq) if entry.plain is None else entry.plain

    def open(self, scope: Scope, *, owner: str, last_event_id: str | None = None) -> QueueReader:
        """Begin a stream with what was missed since `last_event_id`, or else with a snapshot."""
        audience = self._audiences.of(scope)
        self._told.veils = self._audiences.veiled
        reader = QueueReader(
            owner,
            snapshot=lambda: self._snapshot(audience),
            left=lambda reader: self._left(audience, reader),
            max_bytes=self._bounds.reader_bytes,
        )
        audience.readers.add(reader)
        self.stats.readers += 1
        self._open[_top(owner)] += 1
        missed = self._missed(audience, last_event_id)
        if self._closed:
            reader.close()
        elif missed is None:
            reader.start_over(self._loop.time())
        else:
            self.stats.resumed += 1
            reader.resume([KEEPALIVE, *missed])
        self._sweep_in_time()
        return reader

    def held(self, owner: str) -> int:
        """How many streams are open of whoever is at the top of an owner's path."""
        return self._open[_top(owner)]

    def hears(self, owner: str) -> bool:
        """Whether an owner, or anybody below it, has a stream open."""
        return any(_is_below(reader.owner, owner) for reader in self._audiences.readers())

    def tell(self, owner: str, kind: str, key: str, patch: Mapping[str, Any]) -> None:
        """Tell an owner's streams alone; who comes later, or is behind, is not told and asks anew."""
        now = self._loop.time()
        frame = event_frame(kind, Event(key, self._position, patch)) + b"\n"
        for reader in self._audiences.readers():
            if _is_below(reader.owner, owner) and not reader.offer(frame, now):
                self.stats.lags += 1

    def close_readers(self, owner: str) -> None:
        """End every stream of an owner, and of all below it, at once."""
        for reader in self._audiences.readers():
            if _is_below(reader.owner, owner):
                reader.close()

    def close(self) -> None:
        """End every stream and stop the timers."""
        self._closed = True
        for reader in self._audiences.readers():
            reader.close()
        for timer in (self._tick_timer, self._sweep_timer):
            if timer is not None:
                timer.cancel()
        self._tick_timer = self._sweep_timer = None
        self._sleep()

    def _mark(self, resource: Resource, *, urgent: bool) -> None:
        watched = self._audiences.watch(resource.station_id)
        if not watched and resource.kind not in LASTING:
            return
        entry = self._told.entry(resource)
        if not watched and not (entry.plain is not None and self._audiences.watch(entry.station_id)):
            entry.plain = None
            return
        self._agenda.add(entry, self._loop.time(), urgent=urgent or entry.plain is None)
        self._tick_in_time()

    def _announce(self, changes: Iterable[Change]) -> None:
        self._announced.extend(changes)
        if self._announced:
            self._tick_in_time()

    def _tick_in_time(self) -> None:
        """Have the next tick when it is due, and no later than it was planned."""
        flooded = len(self._agenda) > self._bounds.resources_a_tick and not self._announced
        gap = tick_gap(self.stats.readers, flooded=flooded)
        earliest = max(self._loop.time(), self._ticked_at + gap)
        at = earliest if self._announced else self._agenda.next_at(earliest)
        if at is None or self._closed:
            return
        if self._tick_timer is not None:
            if self._tick_at <= at:
                return
            self._tick_timer.cancel()
        self._tick_at = at
        self._tick_timer = self._loop.call_at(at, self._tick)

    def _tick(self) -> None:
        self._tick_timer = None
        now = self._ticked_at = self._loop.time()
        changes, self._announced = self._announced, []
        bounds = self._bounds
        most = max(bounds.resources_a_tick, len(self._agenda) // bounds.ticks_behind)
        for entry in self._agenda.take(now, most):
            changes.extend(self._told.tell(entry, self._position + 1))
        if changes:
            self._position += 1
            tick = Tick.of(self._position, changes)
            self._ring.append(tick)
            self.stats.ticks += 1
            self.stats.events += len(changes)
            self.stats.lags += self._audiences.deliver(tick, now)
        self._tick_in_time()

    def _snapshot(self, audience: Audience) -> bytes:
        self.stats.snapshots += 1
        return audience.snapshot(self._position, self._told.lists)

    def _missed(self, audience: Audience, last_event_id: str | None) -> list[bytes] | None:
        position = parsed_position(last_event_id)
        if position is None or position.epoch != audience.epoch:
            return None
        ticks = self._ring.since(position.tick, now_at=self._position)
        return None if ticks is None else list(audience.chunks(ticks))

    def _left(self, audience: Audience, reader: QueueReader) -> None:
        audience.readers.discard(reader)
        audience.left_at = self._loop.time()
        self.stats.readers -= 1
        top = _top(reader.owner)
        self._open[top] -= 1
        if not self._open[top]:
            del self._open[top]

    def _sweep_in_time(self) -> None:
        if self._sweep_timer is None and not self._closed:
            self._sweep_timer = self._loop.call_at(self._loop.time() + self._bounds.keepalive_s, self._sweep)

    def _sweep(self) -> None:
        """Show the quiet streams that we live, end the stuck ones, forget scopes that nobody reads."""
        self._sweep_timer = None
        now = self._loop.time()
        for reader in self._audiences.readers():
            if reader.idle:
                reader.offer(KEEPALIVE, now)
            elif reader.behind_since is not None and reader.behind_since + self._bounds.stuck_s < now:
                reader.close()
        self._audiences.forget_before(now - self._bounds.resume_s)
        self._told.veils = self._audiences.veiled
        if self._audiences:
            self._sweep_in_time()
        else:
            self._sleep()

    def _sleep(self) -> None:
        self._told.forget()
        self._agenda.clear()
        self._ring.clear()
        self._announced.clear()


def _is_below(name: str, owner: str) -> bool:
    return name == owner or name.startswith(f"{owner}/")


def _top(owner: str) -> str:
    return owner.partition("/")[0]
