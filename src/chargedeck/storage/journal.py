"""The hot way to disk: gathers rows on the loop, hands them to the writer in groups, says when they are safe.

Everything here runs on the loop, so rows need no lock: a group belongs to the loop until it is handed
over, and to the writer until it has landed. One group is under way at a time; whatever comes
meanwhile makes the next one. A group that could not be written goes before the rows that came after
it, so nothing overtakes.
"""

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sqlalchemy import Connection

from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import Amps, ChargerId
from chargedeck.energy.station_energy import StationEnergy
from chargedeck.hub.ports import Durable, Now
from chargedeck.hub.records import (
    ChargerRecord,
    DeviceRecord,
    EventRecord,
    LimitChange,
    SessionRecord,
    SignedValue,
)
from chargedeck.storage.batch import Batch, Errand
from chargedeck.storage.filing import FILE_FROM
from chargedeck.storage.health import Health
from chargedeck.storage.retention import MOST_SAID
from chargedeck.storage.thinning import Retention
from chargedeck.storage.writer import Landing, Writer

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Pace:
    """When a group leaves for which nobody waits, and how much of what is held back."""

    quiet_s: float = 0.5
    group_rows: int = 1_000
    retry_s: float = 0.25
    retry_at_most_s: float = 5.0
    kept_rows: int = 50_000
    """Of each kind, while the database takes none."""
    file_from: int = FILE_FROM
    """So many samples are moved to where they are read from at a time."""
    events_kept: int = MOST_SAID
    """Of those that devices are the author of."""
    retention: Retention = field(default_factory=Retention)
    """Of samples."""


class BatchJournal:
    """Implements the hub's Journal."""

    def __init__(self, writer: Writer, now: Now, pace: Pace) -> None:
        self._writer = writer
        self._now = now
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._gathering = Batch()
        self._under_way: Batch | None = None
        self._resting = True
        """Nothing is gathered, nothing is under way."""
        self._leaving: asyncio.Handle | None = None
        self._hurried = False
        self._room = pace.group_rows
        self._retry_s = pace.retry_s
        self._landing = asyncio.Event()
        self._closed = False
        self._health = Health(problem=None, since=now())
        # Two servers that write to one database must never give two events one number.
        self._event_numbers = itertools.count(secrets.randbits(31) << 32)

    # -- what is handed over -----------------------------------------------------------------------

    def sample(self, charger: ChargerId, reading: Reading, limit_a: Amps | None) -> None:
        samples = self._gathering.samples
        samples.append((charger, reading, limit_a))
        if self._resting or len(samples) >= self._room:
            self._stir()

    def session(self, record: SessionRecord) -> None:
        self._gathering.sessions[record.id] = record
        self._stir()

    def limit(self, change: LimitChange) -> None:
        self._gathering.limits.append(change)
        self._stir()

    def signed(self, value: SignedValue) -> None:
        self._gathering.signed.append(value)
        self._stir()

    def event(self, record: EventRecord) -> None:
        self._gathering.events.append((next(self._event_numbers), record))
        self._stir()

    def energy(self, record: StationEnergy) -> None:
        self._gathering.energy[record.station_id, record.start] = record
        self._stir()

    def device(self, record: DeviceRecord) -> None:
        self._gathering.devices[record.id] = record
        self._stir()

    def charger(self, record: ChargerRecord) -> None:
        self._gathering.chargers[record.id] = record
        self._stir()

    def when_durable(self, done: Durable) -> None:
        if self._health.problem is not None or self._closed:
            self._loop.call_soon(done, False)
            return
        self._gathering.waiters.append(done)
        if not self._hurried:
            self._hurry()

    async def run(self, work: Callable[[Connection], Answer]) -> Answer:
        """Do `work` in a transaction of its own, after all rows handed over before; raise what it raises.

        Raises StorageUnavailableError when those rows, or the work, could not be put on disk.
        """
        if self._closed:
            raise StorageUnavailableError
        errand = Errand(work, Future())
        self._gathering.errands.append(errand)
        self._hurry()
        answer: Answer = await asyncio.wrap_future(errand.answer)
        return answer

    # -- what can be seen --------------------------------------------------------------------------

    def health(self) -> Health:
        """How writing goes."""
        waiting = self._gathering.rows + (0 if self._under_way is None else self._under_way.rows)
        return replace(self._health, waiting_rows=waiting)

    def damaged(self, damage: str) -> None:
        """Show that the database is broken inside."""
        self._health = replace(self._health, damage=damage)

    def pending_sessions(self) -> Iterator[SessionRecord]:
        """Sessions that may not be on disk yet, each as it was last."""
        gathering = self._gathering.sessions
        yield from gathering.values()
        if self._under_way is not None:
            yield from (s for s in self._under_way.sessions.values() if s.id not in gathering)

    # -- groups ------------------------------------------------------------------------------------

    def _stir(self) -> None:
        if self._resting:
            self._leave_after(self._pace.quiet_s)
        if len(self._gathering.samples) < self._room:
            return
        if self._under_way is None and self._health.problem is None:
            self._hurry()
        else:
            self._shed()

    def _leave_after(self, delay_s: float) -> None:
        self._cancel_leave()
        self._resting = False
        self._leaving = self._loop.call_later(delay_s, self._leave)

    def _hurry(self) -> None:
        """Leave at the end of this turn of the loop, so that all who came in this turn come along."""
        if self._under_way is None and not self._hurried:
            self._cancel_leave()
            self._hurried, self._resting = True, False
            self._leaving = self._loop.call_soon(self._leave)

    def _cancel_leave(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _leave(self) -> None:
        assert self._under_way is None
        self._cancel_leave()
        self._hurried = True  # until it has landed there is nothing to hurry
        self._resting = False
        self._room = self._pace.kept_rows + self._pace.group_rows
        batch = self._under_way = self._gathering
        self._gathering = Batch()
        self._landing.clear()
        self._writer.submit(batch, self._landed_in_thread)

    def _landed_in_thread(self, landing: Landing) -> None:
        # The loop may be gone when a program ends without closing; then nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._landed, landing)

    def _landed(self, landing: Landing) -> None:
        batch, self._under_way = self._under_way, None
        assert batch is not None
        self._hurried = False
        self._landing.set()
        self._note(landing, batch.rows)
        if landing.problem is None:
            self._room, self._retry_s = self._pace.group_rows, self._pace.retry_s
            _tell(batch.waiters, stored=not landing.rejected)
            self._next(delay_s=self._pace.quiet_s)
        else:
            _tell(batch.waiters + self._gathering.waiters, stored=False)
            self._gathering.waiters.clear()
            self._gathering.take_before(batch)
            self._shed()
            self._next(delay_s=self._retry_s)
            self._retry_s = min(2 * self._retry_s, self._pace.retry_at_most_s)

    def _next(self, *, delay_s: float) -> None:
        gathering = self._gathering
        full = self._health.problem is None and len(gathering.samples) >= self._pace.group_rows
        if full or gathering.awaited:
            self._leave()
        elif gathering.rows:
            self._leave_after(delay_s)
        else:
            self._resting = True

    def _note(self, landing: Landing, rows: int) -> None:
        was = self._health
        now = self._now()
        if landing.problem is not None:
            since = was.since if was.problem is not None else now
            self._health = replace(was, problem=landing.problem, since=since)
            if was.problem is None:
                logger.error("The database takes no rows, they are kept and tried again: %s", landing.problem)
            return
        self._health = replace(
            was,
            problem=None,
            since=was.since if was.problem is None else now,
            commits=was.commits + bool(rows),
            written_rows=was.written_rows + rows - landing.rejected,
            rejected_rows=was.rejected_rows + landing.rejected,
        )
        if was.problem is not None:
            logger.warning("The database takes rows again; %d were dropped meanwhile", was.dropped_rows)

    def _shed(self) -> None:
        dropped = self._gathering.shed(self._pace.kept_rows)
        self._health = replace(self._health, dropped_rows=self._health.dropped_rows + dropped)

    async def close(self) -> None:
        """Write what there is, then take no more; what the database does not take now is lost."""
        self._closed = True
        await self._landed_all()
        while self._gathering.rows or self._gathering.awaited:
            self._leave()
            await self._landed_all()
            if self._health.problem is not None:
                break
        self._cancel_leave()
        lost = self._gathering.rows
        if lost:
            logger.error("%d rows could not be written before the end: %s", lost, self._health.problem)

    async def _landed_all(self) -> None:
        while self._under_way is not None:
            await self._landing.wait()


def _tell(waiters: list[Durable], *, stored: bool) -> None:
    for done in waiters:
        try:
            done(stored)
        except Exception:
            logger.exception("A waiter for the database has failed")
