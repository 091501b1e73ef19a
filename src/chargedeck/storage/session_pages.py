"""Sessions of the history page by page, in any order; each page begins where the last one ended."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
)
from sqlalchemy.types import BigInteger, Double, TypeEngine

from chargedeck.domain.cards import AuthorizerKind
from chargedeck.hub.session_query import Search, SessionQuery, Sort, SortColumn, UnreadableCursorError
from chargedeck.storage.columns import Line
from chargedeck.storage.tables import SESSIONS

_C = SESSIONS.c
_LAST = 2**62
"""Later than every end: what is still open comes after all that is over."""

_FREE = -1e18
"""Less than every cost: what has none comes before what was cheap."""

_FORMS: dict[SortColumn, tuple[ColumnElement[Any], TypeEngine[Any]]] = {
    SortColumn.STARTED_AT: (type_coerce(_C.started_at, BigInteger), BigInteger()),
    SortColumn.ENDED_AT: (func.coalesce(type_coerce(_C.ended_at, BigInteger), _LAST), BigInteger()),
    SortColumn.ENERGY_WH: (_C.meter_last_wh - _C.meter_start_wh, Double()),
    SortColumn.CHARGING_TIME_S: (_C.charging_time_s, Double()),
    SortColumn.COST: (func.coalesce(cast(_C.cost_amount, Double), _FREE), Double()),
    SortColumn.CHARGER: (_C.charger_id, Line()),
    SortColumn.STATION: (_C.station_id, Line()),
    SortColumn.USER: (func.coalesce(_C.user_id, ""), Line()),
    SortColumn.AUTHORIZED_BY: (func.coalesce(_C.authorizer_label, ""), Line()),
    SortColumn.CAR: (func.coalesce(_C.car_id, ""), Line()),
}
_KINDS: dict[type[TypeEngine[Any]], tuple[type, ...]] = {
    BigInteger: (int,),
    Double: (int, float),
    Line: (str,),
}


def page(query: SessionQuery) -> Select[Any]:
    """One row more than the page has, which tells whether there is another; `at_0`, `at_1` are its place."""
    order = _whole(query.order)
    forms = [_FORMS[sort.column][0] for sort in order] + [_C.id]
    wanted = select(SESSIONS, *(form.label(f"at_{n}") for n, form in enumerate(forms)))
    wanted = wanted.where(*conditions(query))
    if query.cursor is not None:
        wanted = wanted.where(_after(order, _place(query.cursor, order)))
    backwards = [*(sort.descending for sort in order), order[-1].descending]
    laid = [form.desc() if down else form.asc() for form, down in zip(forms, backwards, strict=True)]
    return wanted.order_by(*laid).limit(query.limit + 1)


def cursor(query: SessionQuery, last: Any) -> str:
    """Where the page after the one that ends with this row begins."""
    order = _whole(query.order)
    place = [getattr(last, f"at_{n}") for n in range(len(order) + 1)]
    return base64.urlsafe_b64encode(json.dumps([_name(order), *place]).encode()).decode().rstrip("=")


def conditions(query: SessionQuery) -> list[ColumnElement[bool]]:
    """What a session must meet."""
    found: list[ColumnElement[bool]] = [_C.deleted_at.is_(None)]
    for column, wanted in (
        (_C.charger_id, query.chargers),
        (_C.station_id, query.stations),
        (_C.user_id, query.users),
        (_C.authorizer_key, query.cards),
        (_C.car_id, query.cars),
    ):
        if wanted is not None:
            found.append(_is_one_of(column, wanted))
    if query.cards is not None:
        found.append(_C.authorizer_kind == AuthorizerKind.CARD)
    if query.start is not None:
        found.append(_C.started_at >= query.start)
    if query.end is not None:
        found.append(_C.started_at < query.end)
    if query.search is not None:
        found.append(_holds(query.search))
    return found


def _is_one_of(column: ColumnElement[Any], wanted: Sequence[Any]) -> ColumnElement[bool]:
    """Equality lets an index answer in the order asked for, which a list does not."""
    return column == wanted[0] if len(wanted) == 1 else column.in_(wanted)


def _holds(search: Search) -> ColumnElement[bool]:
    words = search.words.casefold()
    return or_(
        _C.words.contains(words, autoescape=True),
        func.lower(_C.authorizer_label, type_=String).contains(words, autoescape=True),
        _C.charger_id.in_(search.chargers) if search.chargers else false(),
        _C.user_id.in_(search.users) if search.users else false(),
        _C.car_id.in_(search.cars) if search.cars else false(),
    )


def _whole(order: Sequence[Sort]) -> tuple[Sort, ...]:
    """The order, with what decides between equals: the time, then the id in its direction."""
    sorts = tuple(order)
    if any(sort.column is SortColumn.STARTED_AT for sort in sorts):
        return sorts
    return (*sorts, Sort(SortColumn.STARTED_AT, descending=True))


def _name(order: Sequence[Sort]) -> str:
    return ",".join(f"{'-' if sort.descending else ''}{sort.column}" for sort in order)


def _place(text: str, order: Sequence[Sort]) -> list[ColumnElement[Any]]:
    """The values that a cursor is made of, each as its column's type."""
    kinds = [_FORMS[sort.column][1] for sort in order] + [Line()]
    try:
        named, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if named != _name(order) or len(values) != len(kinds):
            raise UnreadableCursorError
        return [_valued(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableCursorError from error


def _valued(value: Any, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    if type(value) not in _KINDS[type(kind)] or (isinstance(value, int) and abs(value) > _LAST):
        raise UnreadableCursorError
    return literal(value, kind)


def _after(order: Sequence[Sort], place: Sequence[ColumnElement[Any]]) -> ColumnElement[bool]:
    """Later in the order than a place; in one direction as one comparison, which an index can follow."""
    forms = [_FORMS[sort.column][0] for sort in order] + [_C.id]
    backwards = [*(sort.descending for sort in order), order[-1].descending]
    if len(set(backwards)) == 1:
        here, there = tuple_(*forms), tuple_(*place)
        return here < there if backwards[0] else here > there
    later: list[ColumnElement[bool]] = []
    same: ColumnElement[bool] = true()
    for form, value, down in zip(forms, place, backwards, strict=True):
        later.append(and_(same, form < value if down else form > value))
        same = and_(same, form == value)
    return or_(*later)
