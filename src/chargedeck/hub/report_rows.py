"""The canonical form of a report's rows, their checksum, and how two sets of rows differ: pure.

One session is one line of JSON: UTF-8, keys in alphabetical order, no blanks, ended by a line feed. Times
are UTC, energy is in watt-hours to a thousandth, money is a string. The checksum is the SHA-256 of all
lines, oldest session first: `sha256sum` of the attached file gives it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from chargedeck.hub.report_records import MonthTotals, Totals
from chargedeck.hub.session_rows import SessionRow

Line = dict[str, Any]


def line_of(row: SessionRow) -> Line:
    """What a report vouches for."""
    return {
        "anomalies": list(row.anomalies),
        "battery_wh": _wh(row.battery_wh),
        "car": row.car,
        "charger_id": row.charger_id,
        "charger_serial": row.charger_serial,
        "cost": None if row.cost is None else f"{row.cost:f}",
        "cost_estimated": row.cost_estimated,
        "currency": row.currency,
        "ended_at": _utc(row.ended_at),
        "energy_wh": _wh(row.energy_wh),
        "grid_wh": _wh(row.grid_wh),
        "meter_end_wh": _wh(row.meter_end_wh),
        "meter_start_wh": _wh(row.meter_start_wh),
        "origin": row.origin,
        "session_id": row.session_id,
        "solar_wh": _wh(row.solar_wh),
        "started_at": _utc(row.started_at),
        "station_id": row.station_id,
        "user_id": row.user_id,
    }


def canonical(rows: Sequence[SessionRow]) -> bytes:
    """All rows, a line each."""
    return b"".join(encoded(line_of(row)) + b"\n" for row in rows)


def encoded(value: Any) -> bytes:
    """JSON in its canonical form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def checksum(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return sha256(content).hexdigest()


def _wh(value: float | None) -> float | int | None:
    if value is None:
        return None
    fine = round(value, 3)
    return int(fine) if fine.is_integer() else fine


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# -- sums ------------------------------------------------------------------------------------------


def totals_of(rows: Sequence[SessionRow]) -> Totals:
    """Sums in which no order of adding matters."""
    cost: dict[str, Decimal] = {}
    for row in rows:
        if row.cost is not None and row.currency is not None:
            cost[row.currency] = cost.get(row.currency, Decimal(0)) + row.cost
    return Totals(
        sessions=len(rows),
        energy_mwh=sum(round(row.energy_wh * 1000) for row in rows),
        charging_time_s=sum(round(row.charging_time_s) for row in rows),
        cost=dict(sorted(cost.items())),
        unpriced=sum(row.cost is None for row in rows),
        estimated=sum(row.cost_estimated for row in rows),
    )


def months_of(rows: Sequence[SessionRow], zone: ZoneInfo) -> tuple[MonthTotals, ...]:
    """A session counts for the month in which it began, as a clock in the zone shows it."""
    months: dict[date, list[SessionRow]] = {}
    for row in rows:
        months.setdefault(row.started_at.astimezone(zone).date().replace(day=1), []).append(row)
    return tuple(MonthTotals(first, totals_of(months[first])) for first in sorted(months))


# -- differences -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a report and the history do not say the same; without a field the whole session is meant."""

    session_id: str
    field: str | None
    reported: Any
    now: Any

    def __str__(self) -> str:
        if self.field is not None:
            reported, now = _said(self.reported), _said(self.now)
            return f"{self.session_id}: {self.field} is {reported} in the report, {now} now"
        if self.now is None:
            return f"{self.session_id}: is in the report and not in the history any more"
        return f"{self.session_id}: is in the history now and not in the report"


def differences(reported: Sequence[Line], now: Sequence[Line]) -> Iterator[Difference]:
    """Every field of every session that differs, in the report's order; then what has come since."""
    present = {line["session_id"]: line for line in now}
    for line in reported:
        session = str(line["session_id"])
        found = present.pop(session, None)
        if found is None:
            yield Difference(session, None, line, None)
            continue
        for field in sorted(line.keys() | found.keys()):
            if line.get(field) != found.get(field):
                yield Difference(session, field, line.get(field), found.get(field))
    for session, line in present.items():
        yield Difference(session, None, None, line)


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
