"""Reads a charger's samples, thinned out by the database so that a year fits on a screen."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Table,
    func,
    literal,
    select,
    union_all,
)

from chargedeck.domain.units import Amps, ChargerId, WattHours, Watts
from chargedeck.hub.ports import SamplePoint
from chargedeck.storage.columns import MICROSECOND, instant, micros
from chargedeck.storage.tables import CHARGER_KEYS, FRESH_SAMPLES, MEASURED, SAMPLES

RISING = frozenset({"register_wh", "soc_ratio"})
"""Of these a bucket shows the last value, which is the highest; of the others the mean."""


def key_of(charger: ChargerId) -> ScalarSelect[int]:
    """The charger's short name."""
    return select(CHARGER_KEYS.c.key).where(CHARGER_KEYS.c.charger_id == charger).scalar_subquery()


def read_samples(
    connection: Connection, charger: ChargerId, start: datetime, end: datetime, resolution_s: float
) -> Sequence[SamplePoint]:
    """Buckets from `start` to before `end`, oldest first; a bucket is named by the time it begins at."""
    width = max(1, timedelta(seconds=resolution_s) // MICROSECOND)
    period = micros(start), micros(end)
    both = union_all(
        *(_within(table, charger, period, width) for table in (SAMPLES, FRESH_SAMPLES))
    ).subquery()
    values = [(func.max if name in RISING else func.avg)(both.c[name]).label(name) for name in MEASURED]
    query = select(both.c.bucket, *values).group_by(both.c.bucket).order_by(both.c.bucket)
    return [_point(row) for row in connection.execute(query)]


def _within(table: Table, charger: ChargerId, period: tuple[int, int], width: int) -> Select[Any]:
    start, end = period
    size = literal(width, BigInteger)
    bucket = (table.c.at // size * size).label("bucket")
    measured = (table.c[name] for name in MEASURED)
    return select(bucket, *measured).where(
        table.c.charger_key == key_of(charger), table.c.at >= start, table.c.at < end
    )


def _point(row: Row[Any]) -> SamplePoint:
    values = list(map(_finite, row[1:]))
    register, power, i1, i2, i3, v1, v2, v3, temperature, soc, limit = values
    return SamplePoint(
        at=instant(row[0]),
        power_w=None if power is None else Watts(power),
        register_wh=None if register is None else WattHours(register),
        current_a=_known_phases(i1, i2, i3),
        voltage_v=_known_phases(v1, v2, v3),
        temperature_c=temperature,
        soc_ratio=soc,
        limit_a=None if limit is None else Amps(limit),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _known_phases(*values: float | None) -> tuple[float | None, ...]:
    """Up to the last phase that has a value."""
    known = len(values)
    while known and values[known - 1] is None:
        known -= 1
    return values[:known]
