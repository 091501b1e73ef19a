"""Column types that say the same on every database, so that a record comes back as it went in."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import TEXT, BigInteger, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Number = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit integer; SQLite only numbers rows by itself where the type is called INTEGER."""

KEPT = {"kept": True}
"""A column's `info` where a row that comes again leaves alone what is there."""

Word = TypeVar("Word", bound=StrEnum)


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC: exact, small, and sorted alike by every database."""
    return (at - EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """Turn what `micros` gave back into a time."""
    return EPOCH + timedelta(microseconds=at)


def clean(text: str) -> str:
    """Replace what PostgreSQL or UTF-8 cannot hold, so that no device's text can hold up a commit."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


class Instant(TypeDecorator[datetime]):
    """A time, as `micros`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else instant(value)


class Day(TypeDecorator[date]):
    """A date on somebody's wall, as ISO 8601 says it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        return None if value is None else date.fromisoformat(value)


class WallTime(TypeDecorator[time]):
    """A time on somebody's clock, as ISO 8601 says it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: time | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> time | None:  # noqa: ARG002
        return None if value is None else time.fromisoformat(value)


class Line(TypeDecorator[str]):
    """Text from people and devices, as `clean`; compared byte by byte, which no system update changes."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else clean(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal as it is written, since no float and not every database's numeric is exact."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value)


class Choice(TypeDecorator[Word]):
    """A member of an enumeration, by its value."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Word | None:  # noqa: ARG002
        return None if value is None else self.words(value)


class Document(TypeDecorator[Any]):
    """Anything JSON can say, as ASCII text; `make` builds the value from what was read."""

    impl = Text
    cache_ok = True

    def __init__(self, make: Callable[[Any], Any] = lambda value: value) -> None:
        super().__init__()
        self.make = make

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value, default=str)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else self.make(json.loads(value))
