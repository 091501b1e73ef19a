"""Lists in pages: pure."""

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from chargedeck.domain.sentences import said
from chargedeck.hub.people_problems import InvalidValueError

T = TypeVar("T")

Limit = Annotated[int, Meta(ge=1, le=500, description="How many items at most.")]
Cursor = Annotated[str, Meta(max_length=500, description="The `next_cursor` of the page before.")]


class Page(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list; `next_cursor` leads to the next one, null on the last."""

    items: list[T]
    next_cursor: str | None = None


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    limit: Limit = 100
    cursor: Cursor | None = None


def page(items: Iterable[T], key: Callable[[T], str], query: PageQuery) -> tuple[list[T], str | None]:
    """The page's items in the order of their keys, and the cursor of the next page."""
    after = None if query.cursor is None else _key(query.cursor)
    ordered = sorted(items, key=key)
    left = ordered if after is None else [item for item in ordered if key(item) > after]
    shown = left[: query.limit]
    return shown, _cursor(key(shown[-1])) if len(left) > len(shown) else None


def _cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _key(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidValueError("cursor", said("is not one that a list has answered with")) from error
