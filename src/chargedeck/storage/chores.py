"""What the writer does when nobody waits: a little at a time, so that whoever comes is served at once."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from chargedeck.storage.roll_ups import AT_ONCE, roll_up_some

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from chargedeck.storage.database import Database

logger = logging.getLogger(__name__)

SETTLED_S = 0.02
"""How long after rows have come to begin; those who wait for them ask again within that."""

SHARE = 9
"""A chore leaves so many times as much time to the rows as it has taken: it may have a tenth of a core."""

AFTER_FAILURE_S = 60.0


class Chores:
    """Which chores are due and when; used in the writer's thread alone."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._roll_up_at: float | None = clock() + SETTLED_S

    def stir(self) -> None:
        """Sessions may have changed."""
        if self._roll_up_at is None:
            self._roll_up_at = self._clock() + SETTLED_S

    def due_s(self) -> float | None:
        """In how many seconds there is something to do; None while there is nothing."""
        return None if self._roll_up_at is None else max(0.0, self._roll_up_at - self._clock())

    def step(self, connection: Connection) -> None:
        """Do what is due, in a transaction of its own."""
        began = self._clock()
        with connection.begin():
            done = roll_up_some(connection, self._database)
        ended = self._clock()
        self._roll_up_at = ended + SHARE * (ended - began) if done == AT_ONCE else None

    def failed(self, reason: str) -> None:
        """Try again when whatever it is may have passed."""
        logger.warning("The history's sums could not be brought up to date, and are tried again: %s", reason)
        self._roll_up_at = self._clock() + AFTER_FAILURE_S
