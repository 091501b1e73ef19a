"""Thins old samples out where they lie, a few hours of one charger at a time.

What is left of a minute, or later of a quarter of an hour, is one sample: the means, and the highest
register and state of charge at the time of the last one. So the register at the end of every minute and
every quarter stays what it was, and with it the energy between any two of them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from chargedeck.storage.columns import MICROSECOND, micros
from chargedeck.storage.database import Database
from chargedeck.storage.history_tables import THINNED
from chargedeck.storage.samples import RISING
from chargedeck.storage.tables import CHARGER_KEYS, FRESH_SAMPLES, MEASURED, SAMPLES

WINDOW = timedelta(hours=6)
"""What is thinned at a time: two thousand samples of a charger that tells one every ten seconds."""

EVERY = timedelta(hours=1)
"""How far time goes on until there is something to thin again."""


class Tier(NamedTuple):
    """Samples older than `age` become one for each `width`."""

    width: timedelta
    age: timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """How long samples are kept as they came, and how long one a minute is; None is for ever."""

    full: timedelta | None = timedelta(days=30)
    minutes: timedelta | None = timedelta(days=365)

    @classmethod
    def of_days(cls, full: int, minutes: int) -> "Retention":
        """As settings say it: no days are for ever."""
        return cls(*(timedelta(days=days) if days else None for days in (full, minutes)))

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The finer one first, so that the coarser one has less to do."""
        widths = ((timedelta(minutes=1), self.full), (timedelta(minutes=15), self.minutes))
        return tuple(Tier(width, age) for width, age in widths if age is not None)


def thin_some(connection: Connection, database: Database, retention: Retention, now: datetime) -> bool:
    """Thin a few hours of one charger, inside the caller's transaction; False when nothing is due."""
    database.lock(connection, "thinning")
    return any(_thin(connection, database, tier, now) for tier in retention.tiers)


def _thin(connection: Connection, database: Database, tier: Tier, now: datetime) -> bool:
    width, limit = tier.width // MICROSECOND, micros(now - tier.age)
    limit -= limit % (EVERY // MICROSECOND)
    until = func.coalesce(THINNED.c.until, 0)
    here = and_(THINNED.c.charger_key == CHARGER_KEYS.c.key, THINNED.c.width == width)
    waiting = select(CHARGER_KEYS.c.key, until).outerjoin(THINNED, here).where(until < limit)
    found = connection.execute(waiting.limit(1)).first()
    if found is None:
        return False
    key, begin = found
    lie = and_(SAMPLES.c.charger_key == key, SAMPLES.c.at >= begin, SAMPLES.c.at < limit)
    first = connection.scalar(select(func.min(SAMPLES.c.at)).where(lie))
    if first is None:
        end = limit
    else:
        begin = first - first % width
        end = min(begin + WINDOW // MICROSECOND // width * width, limit)
        _merge(connection, key, width, (begin, end))
    put = database.insert_into(THINNED).values(charger_key=key, width=width, until=end)
    connection.execute(
        put.on_conflict_do_update(index_elements=["charger_key", "width"], set_={"until": put.excluded.until})
    )
    return True


def _merge(connection: Connection, key: int, width: int, window: tuple[int, int]) -> None:
    """Make one sample of each minute or quarter."""
    columns = SAMPLES.c
    within = and_(columns.charger_key == key, columns.at >= window[0], columns.at < window[1])
    values = [(func.max if name in RISING else func.avg)(columns[name]).label(name) for name in MEASURED]
    merged = select(func.max(columns.at).label("at"), *values, func.count().label("samples"))
    merged = merged.where(within).group_by(columns.at // width)
    rows = [dict(row._mapping) | {"charger_key": key} for row in connection.execute(merged)]  # noqa: SLF001
    if all(row["samples"] == 1 for row in rows):
        return
    connection.execute(delete(SAMPLES).where(within))
    connection.execute(insert(SAMPLES), [{name: row[name] for name in _NAMES} for row in rows])


_NAMES = ["charger_key", "at", *MEASURED]


def look_again(connection: Connection) -> None:
    """Go back for fresh samples from a time that has been thinned already: a charger was offline."""
    fresh, thinned = FRESH_SAMPLES.c, THINNED.c
    late = (
        select(fresh.charger_key, func.min(fresh.at))
        .join(THINNED, thinned.charger_key == fresh.charger_key)
        .where(fresh.at < select(func.max(thinned.until)).scalar_subquery(), fresh.at < thinned.until)
        .group_by(fresh.charger_key)
    )
    for key, at in connection.execute(late).all():
        back = update(THINNED).where(thinned.charger_key == key, thinned.until > at)
        connection.execute(back.values(until=at - at % (EVERY // MICROSECOND)))
