"""Times as OCPP writes them: ISO 8601, read generously and written in one form."""

from datetime import UTC, datetime
from typing import Any

SHORTEST = len("2026-01-31T12:00")


class NotAnInstantError(ValueError):
    """The text is not a date with a time that a calendar has."""


def instant(text: str) -> datetime:
    """Read a time; without an offset it is UTC, which OCPP 1.6 §3.14 recommends to everybody.

    Raises NotAnInstantError for anything that is not a date with a time.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        text = _tidied(text)
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise NotAnInstantError(text) from error
    if len(text) < SHORTEST or text[10] != "T":
        raise NotAnInstantError(text)
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        return at.replace(tzinfo=UTC)
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise NotAnInstantError(text) from error


def _tidied(text: str) -> str:
    """Leap seconds, small letters and blanks around: allowed by RFC 3339 or common in the field."""
    tidy = text.strip().upper()
    if tidy[17:19] == "60":
        tidy = f"{tidy[:17]}59{tidy[19:]}"
    return tidy


def is_instant(value: Any) -> bool:
    """Whether `instant` can read it."""
    if not isinstance(value, str):
        return False
    try:
        instant(value)
    except NotAnInstantError:
        return False
    return True


def written(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, which every stack in the field reads."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
