"""The database, as far as it can be judged without changing it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from chargedeck.cli.checks import Finding, Look
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.settings import Settings
from chargedeck.storage.inspection import Inspected, inspected

MOST_AHEAD = timedelta(hours=1)


def database_looks(chosen: Settings) -> Iterator[Look]:
    """Whether it can be used, and whether the clock agrees with it."""
    seen: list[Inspected] = []

    def usable() -> Finding:
        try:
            seen.append(inspected(chosen.database))
        except ChargeDeckError as error:
            return str(error)
        return None

    yield Look("database", usable)
    yield Look("clock", lambda: _clock(datetime.now(UTC), seen[0].last_event_at if seen else None))


def _clock(now: datetime, last: datetime | None) -> Finding:
    if last is None or last <= now + MOST_AHEAD:
        return None
    return (
        f"this machine says that it is {now:%Y-%m-%d %H:%M} UTC, and the database has entries of "
        f"{last:%Y-%m-%d %H:%M}; set the clock (timedatectl set-ntp true)"
    )
