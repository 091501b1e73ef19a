"""Reads the numbers and times of answers; whatever is wrong with them is the source's to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, TypeVar

from chargedeck.domain.sentences import said
from chargedeck.hub.price_ports import ExchangePrice, PriceSourceError

HOUR = timedelta(hours=1)
PER_MWH = Decimal(1000)
MOST = Decimal(1000)
"""No kilowatt-hour ever cost so much, in any currency."""

Read = TypeVar("Read")


def understood(read: Callable[[], Read]) -> Read:
    """What is read; raises PriceSourceError where the answer is of another shape."""
    try:
        return read()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise PriceSourceError(said("It answers in a form that is not known")) from error


def number(words: Any) -> Decimal:
    """A number as it was written."""
    try:
        value = Decimal(str(words))
    except InvalidOperation as error:
        raise ValueError(words) from error
    if not value.is_finite():
        raise ValueError(words)
    return value


def price(words: Any) -> Decimal:
    """An amount for a megawatt-hour or less."""
    value = number(words)
    if abs(value) > MOST * PER_MWH:
        raise ValueError(words)
    return value


def instant(words: Any) -> datetime:
    """A time with its offset."""
    at = datetime.fromisoformat(words)
    if at.tzinfo is None:
        raise ValueError(words)
    return at.astimezone(UTC)


def since_1970(seconds: Any) -> datetime:
    """A time in seconds."""
    return datetime.fromtimestamp(float(number(seconds)), UTC)


def by_start(starts: Iterable[tuple[datetime, Decimal]]) -> list[ExchangePrice]:
    """Prices that each hold until the next one; the last as long as the one before it, or an hour."""
    ordered: Sequence[tuple[datetime, Decimal]] = sorted(dict(starts).items())
    lengths = [min(HOUR, other[0] - one[0]) for one, other in pairwise(ordered)]
    lengths.append(lengths[-1] if lengths else HOUR)
    return [
        ExchangePrice(start, start + length, price)
        for (start, price), length in zip(ordered, lengths, strict=False)
    ]
