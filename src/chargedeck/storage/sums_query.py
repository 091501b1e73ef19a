"""Which table answers a question about sums, and the query that it answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Table,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from chargedeck.hub.history import Grouping, HistoryQuery
from chargedeck.hub.history_calendar import Bucket
from chargedeck.storage.history_pieces import Piece, Unit
from chargedeck.storage.history_tables import (
    BY_CHARGER,
    BY_PERSON,
    BY_STATION,
    HISTORY_KEYS,
    ROLL_UPS,
    SESSION_PARTS,
    SPAN_DAY,
    SPAN_HOUR,
    SPAN_MONTH,
)
from chargedeck.storage.tables import SESSIONS

_SPANS = {Unit.SLOT: SPAN_HOUR, Unit.DAY: SPAN_DAY, Unit.MONTH: SPAN_MONTH}
_COLUMNS = {
    Grouping.CHARGER: "charger",
    Grouping.USER: "person",
    Grouping.CARD: "card",
    Grouping.STATION: "station",
}


class Scope(NamedTuple):
    """Stations that are meant, or that are not."""

    stations: Sequence[int]
    within: bool = False


class Whose(NamedTuple):
    """The filters of a question by short names; None means all."""

    station: Sequence[int] | None
    charger: Sequence[int] | None
    person: Sequence[int] | None
    card: Sequence[int] | None
    among: Sequence[int] | None = None
    """The groups that are asked for, 0 for what has none; None means all."""

    @classmethod
    def of(cls, connection: Connection, query: HistoryQuery) -> Whose | None:
        """The keys of what is asked for; None when nothing of it has ever been charged."""
        only = query.only
        asked = [only.stations, only.chargers, only.users, only.cards]
        names = {name for some in asked for name in some or ()}
        found = connection.execute(select(HISTORY_KEYS).where(HISTORY_KEYS.c.name.in_(names)))
        keys = {row.name: row.key for row in found} | {"": 0}
        known = [None if some is None else [keys[one] for one in some if one in keys] for some in asked]
        return None if any(some == [] for some in known) else cls(*known)


def summed(
    piece: Piece, query: HistoryQuery, names: Sequence[str], whose: Whose, scope: Scope
) -> tuple[Unit, Select[Any]]:
    """Rows of start, group, currency, the sums of those names and the cost; what their starts count."""
    dimension = _dimension(query.group, whose)
    if dimension is None or (piece.unit is Unit.SLOT and dimension != BY_STATION):
        return _of_parts(piece, query, names, whose, scope)
    table = ROLL_UPS.c
    start = _bucketed(table.start, piece, query.bucket)
    wanted = _sums_of(ROLL_UPS, names, start, query.group).where(
        *_among(ROLL_UPS, query.group, whose),
        table.span == _SPANS[piece.unit],
        table.dimension == literal_column(str(dimension)),  # a parameter would rule out the indices of one
        table.start >= piece.first,
        table.start < piece.last,
        *_meant(ROLL_UPS, whose, scope),
    )
    return piece.unit, wanted


def _dimension(group: Grouping, whose: Whose) -> int | None:
    """The sums that know all that is asked for; None where only the sessions do."""
    charger = whose.charger is not None or group is Grouping.CHARGER
    person = whose.person is not None or whose.card is not None or group in (Grouping.USER, Grouping.CARD)
    if charger and person:
        return None
    if charger:
        return BY_CHARGER
    return BY_PERSON if person else BY_STATION


def _of_parts(
    piece: Piece, query: HistoryQuery, names: Sequence[str], whose: Whose, scope: Scope
) -> tuple[Unit, Select[Any]]:
    """The parts of the sessions themselves: of one charger or person, or of a few hours."""
    if piece.unit is Unit.SLOT:
        unit, count = Unit.SLOT, SESSION_PARTS.c.slot
        first, last = piece.first, piece.last
    else:
        unit, count = Unit.DAY, SESSION_PARTS.c.day
        first, last = _day(piece.unit, piece.first), _day(piece.unit, piece.last)
    start = count if piece.unit is Unit.MONTH else _bucketed(count, piece, query.bucket)
    wanted = _sums_of(SESSION_PARTS, names, start, query.group).where(
        *_among(SESSION_PARTS, query.group, whose),
        count >= first,
        count < last,
        *_meant(SESSION_PARTS, whose, scope),
    )
    return unit, _narrowed(wanted, query)


def _narrowed(wanted: Select[Any], query: HistoryQuery) -> Select[Any]:
    """Have the sessions of one charger, person or card found by their own indices."""
    only, sessions = query.only, SESSIONS.c
    named = (
        (sessions.charger_id, only.chargers),
        (sessions.user_id, only.users),
        (sessions.authorizer_key, only.cards),
    )
    meant = [column.in_(names) for column, names in named if names is not None]
    if not meant:
        return wanted
    lasted = or_(sessions.ended_at.is_(None), sessions.ended_at >= query.period.start)
    wanted = wanted.join(SESSIONS, sessions.id == SESSION_PARTS.c.session_id)
    return wanted.where(*meant, sessions.started_at < query.period.end, lasted)


def _sums_of(table: Table, names: Sequence[str], start: ColumnElement[int], group: Grouping) -> Select[Any]:
    dimension = _COLUMNS.get(group)
    grouped: ColumnElement[int] = literal_column("0") if dimension is None else table.c[dimension]
    by = [start, table.c.currency] if dimension is None else [start, grouped, table.c.currency]
    # PostgreSQL's sums of whole numbers are decimals, which take the driver far longer to read.
    sums = (cast(func.sum(table.c[name]), BigInteger).label(name) for name in (*names, "cost_micros"))
    return select(start.label("start_"), grouped.label("group_"), table.c.currency, *sums).group_by(*by)


def _meant(table: Table, whose: Whose, scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        table.c[name].in_(keys)
        for name, keys in whose._asdict().items()
        if keys is not None and name != "among"
    ]
    if scope.within:
        found.append(table.c.station.in_(scope.stations))
    elif scope.stations:
        found.append(table.c.station.not_in(scope.stations))
    return found


def _day(unit: Unit, edge: int) -> int:
    return edge if unit is Unit.DAY else date(edge // 12, edge % 12 + 1, 1).toordinal()


def _among(table: Table, group: Grouping, whose: Whose) -> list[ColumnElement[bool]]:
    name = _COLUMNS.get(group)
    if name is None or whose.among is None:
        return []
    return [table.c[name].in_(whose.among)]


def _bucketed(start: ColumnElement[int], piece: Piece, bucket: Bucket) -> ColumnElement[int]:
    """Starts of one bucket as one number, so that the database adds them up."""
    if piece.unit is Unit.DAY and bucket is Bucket.WEEK:
        return (start - 1) // 7
    if piece.unit is Unit.DAY and bucket in (Bucket.MONTH, Bucket.YEAR):
        return literal_column(f"{piece.first} + 0")  # a bare number would mean a column by its place
    return start // 12 if piece.unit is Unit.MONTH and bucket is Bucket.YEAR else start
