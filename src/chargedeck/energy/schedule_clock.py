"""Instants of a wall clock: what a local date and time mean where clocks are put forward and back."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def instant_of(day: date, at: time, zone: tzinfo, *, last: bool = False) -> datetime:
    """When the clock shows `at` on `day`, as UTC: the first time of two, or the `last`.

    A time that is left out, as clocks are put forward, is the instant at which they are.
    """
    wall = datetime.combine(day, at, zone)
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if second < first:
        return _put_forward(second, first, zone)
    return second if last else first


def _put_forward(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second after `before` with the offset that holds at `after`."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        middle -= timedelta(microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def local_day(instant: datetime, zone: tzinfo) -> date:
    """The date on the wall at `instant`."""
    return instant.astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> datetime:
    """When `day` begins, as UTC."""
    return instant_of(day, time.min, zone)


def day_length(day: date, zone: tzinfo) -> timedelta:
    """How long `day` lasts: 24 hours but for two days a year."""
    return midnight(day + _DAY, zone) - midnight(day, zone)
