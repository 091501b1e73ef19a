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
THIN_FIRST_S = 60.0
THIN_EVERY_S = 600.0
"""How soon after a start, and how often, somebody looks for samples that have grown old."""


class Chores:
    """Which chores are due and when; used in the writer's thread alone."""

    def __init__(
        self,
        database: Database,
        thin: Callable[[Connection], bool] = lambda _: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._thin = thin
        """Thins old samples a little; answers whether there was anything to thin."""
        self._clock = clock
        self._roll_up_at: float | None = clock() + SETTLED_S
        self._thin_at = clock() + THIN_FIRST_S

    def stir(self) -> None:
        """Sessions may have changed."""
        if self._roll_up_at is None:
            self._roll_up_at = self._clock() + SETTLED_S

    def due_s(self) -> float:
        """In how many seconds there is something to do."""
        due = self._thin_at if self._roll_up_at is None else min(self._thin_at, self._roll_up_at)
        return max(0.0, due - self._clock())

    def step(self, connection: Connection) -> None:
        """Do what is due, in a transaction of its own."""
        began = self._clock()
        if self._roll_up_at is not None and self._roll_up_at <= began:
            with connection.begin():
                more = roll_up_some(connection, self._database) == AT_ONCE
            self._roll_up_at = self._after(began) if more else None
        elif self._thin_at <= began:
            with connection.begin():
                more = self._thin(connection)
            self._thin_at = self._after(began) if more else began + THIN_EVERY_S

    def _after(self, began: float) -> float:
        """When to go on with a chore that began then."""
        ended = self._clock()
        return ended + SHARE * (ended - began)

    def failed(self, reason: str) -> None:
        """Try again when whatever it is may have passed."""
        logger.warning(
            "The history's sums, or old samples, could not be tended; tried again later: %s", reason
        )
        later = self._clock() + AFTER_FAILURE_S
        self._roll_up_at, self._thin_at = later, max(later, self._thin_at)
