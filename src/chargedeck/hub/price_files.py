"""Reads exchange prices from a table in text, as people export them; every error names its line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from chargedeck.domain.sentences import said
from chargedeck.energy.prices import QUARTER, PricePerKwh, quarter_of
from chargedeck.hub.cost_records import SpotPrice
from chargedeck.hub.people_problems import InvalidValueError

MOST_QUARTERS = 40_000
MOST_PRICE = Decimal(1000)
_LONGEST = timedelta(days=1)
_START = frozenset({"start", "from", "time", "datetime", "date"})
_PRICE = frozenset({"price_per_kwh", "price"})
_END = frozenset({"end", "to"})

Slot = tuple[datetime, datetime, Decimal]


def laid_out(slots: Sequence[Slot], field: str) -> list[SpotPrice]:
    """Slots of whole quarters as the quarters they hold; raises InvalidValueError, naming the slot."""
    prices: dict[datetime, SpotPrice] = {}
    for place, (start, end, price) in enumerate(slots):
        name = f"{field}[{place}]"
        begun, ended = start.astimezone(UTC), end.astimezone(UTC)
        if begun >= ended or ended - begun > _LONGEST:
            raise InvalidValueError(f"{name}.end", said("must be later than start, by a day at most"))
        if quarter_of(begun) != begun or quarter_of(ended) != ended:
            raise InvalidValueError(
                f"{name}.start", said("must lie on a whole quarter of an hour, and end too")
            )
        minutes = (ended - begun) // timedelta(minutes=1)
        at = begun
        while at < ended:
            if at in prices:
                raise InvalidValueError(
                    name, said("gives {at} a second price; send each slot once", at=at.isoformat())
                )
            prices[at] = SpotPrice(at, PricePerKwh(price), minutes)
            at += QUARTER
        if len(prices) > MOST_QUARTERS:
            raise InvalidValueError(
                field, said("hold more than {most} quarters of an hour; send fewer", most=MOST_QUARTERS)
            )
    return list(prices.values())


def from_csv(text: str, zone: tzinfo) -> list[SpotPrice]:
    """Columns start, price_per_kwh and perhaps end, with a comma or a semicolon between.

    Times without an offset are the station's wall clock; without an end a slot lasts until the next one.
    """
    lines = text.lstrip("\ufeff").splitlines()
    if not lines:
        raise InvalidValueError("text", said("is empty; begin with the line start,price_per_kwh"))
    between = ";" if ";" in lines[0] else ","
    rows = csv.reader(lines, delimiter=between)
    head = [name.strip().lower() for name in next(rows)]
    start, price, end = (_place(head, names) for names in (_START, _PRICE, _END))
    if start is None or price is None:
        raise InvalidValueError(
            "text", said("must begin with the line start,price_per_kwh or start;price_per_kwh")
        )
    read = list(_read(rows, (start, price, end), zone))
    return laid_out(list(_with_ends(read)), "line")


def _place(head: Sequence[str], names: frozenset[str]) -> int | None:
    return next((place for place, name in enumerate(head) if name in names), None)


def _read(
    rows: Iterable[Sequence[str]], places: tuple[int, int, int | None], zone: tzinfo
) -> Iterator[tuple[datetime, datetime | None, Decimal]]:
    start, price, end = places
    before: datetime | None = None
    for number, row in enumerate(rows, 2):
        if not any(map(str.strip, row)):
            continue
        if len(row) <= max(start, price, end or 0):
            raise InvalidValueError(f"line {number}", said("has too few columns"))
        at = _time(row[start], zone, before, number)
        ended = None if end is None else _time(row[end], zone, at, number)
        yield at, ended, _amount(row[price], number)
        before = at


def _time(words: str, zone: tzinfo, before: datetime | None, number: int) -> datetime:
    """A time of the wall clock that comes twice is the second one where the first would go back."""
    try:
        at = datetime.fromisoformat(words.strip())
    except ValueError as error:
        raise InvalidValueError(f"line {number}", said("has no time such as 2026-01-31T18:00")) from error
    if at.tzinfo is None:
        first = at.replace(tzinfo=zone).astimezone(UTC)
        second = at.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return second if before is not None and first <= before < second else first
    return at.astimezone(UTC)


def _amount(words: str, number: int) -> Decimal:
    try:
        price = Decimal(words.strip().replace(",", "."))
    except InvalidOperation as error:
        raise InvalidValueError(f"line {number}", said("has no price such as 0.1234")) from error
    if not price.is_finite() or abs(price) > MOST_PRICE:
        raise InvalidValueError(
            f"line {number}",
            said("has a price that is not within ±{most}", most=MOST_PRICE),
        )
    return price


def _with_ends(read: Sequence[tuple[datetime, datetime | None, Decimal]]) -> Iterator[Slot]:
    if not read:
        raise InvalidValueError("text", said("holds no prices below its first line"))
    length = timedelta(hours=1)
    for (start, end, price), (following, _, _) in pairwise([*read, (read[-1][0], None, Decimal(0))]):
        if end is None and timedelta(0) < following - start <= _LONGEST:
            length = following - start
        yield start, end or start + length, price
