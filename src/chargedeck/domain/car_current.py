"""Whether a car takes less than it is offered of its own accord: steadily, until it has settled."""

from datetime import datetime, timedelta
from typing import NamedTuple

from chargedeck.domain.units import Amps

MARGIN = Amps(1)
"""Meters and cars are no more exact; within it a current is the same, and a limit is used up."""

SETTLED_AFTER = timedelta(seconds=60)


class Taking(NamedTuple):
    """Since when a car has taken the same, at a limit that it does not use up."""

    since: datetime
    at: datetime
    most_a: Amps
    limit_a: Amps

    @property
    def no_more_than_a(self) -> Amps | None:
        """What it takes at the most, once that is known."""
        return self.most_a if self.at - self.since >= SETTLED_AFTER else None


def taking(before: Taking | None, *, measured: Amps, limit: Amps | None, at: datetime) -> Taking | None:
    """After a reading at `at`: the highest current of a phase, and the limit that the charger has confirmed.

    None while nobody can tell: the car draws next to nothing, or all that it may.
    """
    if limit is None or measured < MARGIN or measured > limit - MARGIN:
        return None
    if before is None or before.limit_a != limit or abs(measured - before.most_a) > MARGIN:
        return Taking(at, at, measured, limit)
    return before._replace(at=at, most_a=max(measured, before.most_a))
