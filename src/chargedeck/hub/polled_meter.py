"""One meter that we ask, for as long as it is set up: read in turn, lost, and found again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chargedeck.domain.meter import told_phases
from chargedeck.hub.meter_records import MeterFailedError, MeterTrouble, check_telling, oriented

if TYPE_CHECKING:
    from chargedeck.domain.meter import MeterReading
    from chargedeck.hub.meter_records import MeterRecord
    from chargedeck.hub.meter_sources import MeterLine
    from chargedeck.hub.ports import Now

logger = logging.getLogger(__name__)

READ_S = 20.0
"""Longer than any kind of meter takes to say that it cannot be read."""

FIRST_RETRY_S = 1.0
LAST_RETRY_S = 15.0
"""A breaker whose meter is lost charges at its fail-safe current until it is found again."""


@dataclass(frozen=True, slots=True)
class MeterProblem:
    """Why it cannot be read, and since when."""

    trouble: MeterTrouble
    detail: str
    since: datetime


class PolledMeter:
    """The loop that asks it, and what it last said."""

    def __init__(
        self,
        record: MeterRecord,
        dial: Callable[[MeterRecord], MeterLine],
        now: Now,
        heard: Callable[[PolledMeter], None],
    ) -> None:
        self.record = record
        self.reading: MeterReading | None = None
        self.model: str | None = None
        self.problem: MeterProblem | None = None
        self._told: frozenset[int] = frozenset()
        """The phases that it has told the current of."""
        self._dial = dial
        self._now = now
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Ask it from now on."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"meter-{self.record.id}")

    async def stop(self) -> None:
        """Ask it no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        line, clock = self._dial(self.record), asyncio.get_running_loop()
        retry_s = FIRST_RETRY_S
        try:
            while True:
                asked_at = clock.time()
                if await self._ask(line):
                    retry_s = FIRST_RETRY_S
                    wait_s = asked_at + self.record.interval_s - clock.time()
                else:
                    await line.close()
                    wait_s, retry_s = retry_s, min(2 * retry_s, LAST_RETRY_S)
                await asyncio.sleep(max(0.0, wait_s))
        finally:
            await line.close()

    async def _ask(self, line: MeterLine) -> bool:
        try:
            async with asyncio.timeout(READ_S):
                answered = await line.read()
            reading = oriented(self.record, answered, self._now())
            check_telling(self.record, reading, self._told)
        except MeterFailedError as error:
            self._failed(error.trouble, str(error))
            return False
        except TimeoutError:
            self._failed(MeterTrouble.SILENT, f"No reading came within {READ_S:g} s; check its network")
            return False
        except Exception as error:
            logger.exception("meter %s could not be read", self.record.id)
            self._failed(MeterTrouble.NOT_UNDERSTOOD, f"It could not be read ({type(error).__name__})")
            return False
        if self.problem is not None:
            logger.info("meter %s can be read again", self.record.id)
        self.reading, self.model, self.problem = reading, answered.model, None
        self._told = told_phases(reading)
        self._heard(self)
        return True

    def _failed(self, trouble: MeterTrouble, detail: str) -> None:
        """Silent since the first of several failures in a row, whatever each of them says."""
        known = self.problem
        if known is None:
            logger.warning("meter %s cannot be read: %s", self.record.id, detail)
        since = self._now() if known is None else known.since
        problem = MeterProblem(trouble, detail, since)
        if problem != known:
            self.problem = problem
            self._heard(self)
