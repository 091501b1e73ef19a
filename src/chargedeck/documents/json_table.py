"""Sessions as a JSON array, one on each line, with the names of the API."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from chargedeck.hub.session_rows import SessionRow

_encode = msgspec.json.Encoder(decimal_format="string").encode


class JsonTable:
    """An encoder."""

    def __init__(self) -> None:
        self._between = b"[\n"

    def add(self, rows: Sequence[SessionRow]) -> bytes:
        """The lines of these rows."""
        if not rows:
            return b""
        lines = b",\n".join(_encode(_object(row)) for row in rows)
        ready = self._between + lines
        self._between = b",\n"
        return ready

    def finish(self) -> Iterator[bytes]:
        """The end of the array, and its beginning where there was no row."""
        yield b"[]\n" if self._between == b"[\n" else b"\n]\n"

    def close(self) -> None:
        """Nothing is held."""


def _object(row: SessionRow) -> dict[str, Any]:
    fields = row._asdict()
    amount, currency = fields.pop("cost"), fields.pop("currency")
    fields["cost"] = None if amount is None else {"amount": str(amount), "currency": currency}
    return fields
