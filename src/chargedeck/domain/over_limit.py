"""Whether a car takes more than it was offered: more than 1 A above the limit for 10 s."""

from datetime import datetime, timedelta

from chargedeck.domain.units import Amps

TOLERANCE = Amps(1)
PATIENCE = timedelta(seconds=10)
"""A car has 5 s to follow a lower offer (IEC 61851-1), and the meter needs its time too."""


def over_since(since: datetime | None, *, measured: Amps, limit: Amps, at: datetime) -> datetime | None:
    """Since when the current is above the limit, as of the reading at `at`; None while it is not."""
    if measured <= limit + TOLERANCE:
        return None
    return at if since is None else since


def exceeded(since: datetime | None, at: datetime) -> bool:
    """Whether it has been above for longer than a car may need."""
    return since is not None and at - since >= PATIENCE
