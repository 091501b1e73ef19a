"""The parameters of a call, as they come in a frame, a body or a query; checks form and type, no meaning."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

from chargedeck.simulator.lektrico.codes import Code, RpcError

_BARE_NAME = re.compile(rb"([{,]\s*)([A-Za-z_]\w*)(\s*:)")


class Params:
    """What a caller gave."""

    def __init__(self, values: Mapping[str, object] | None = None) -> None:
        self._values = values or {}

    def as_json(self) -> str:
        """All of them, for the record of what truly happened."""
        return msgspec.json.encode(self._values).decode()

    def given(self, name: str) -> object:
        """A parameter that must be there."""
        try:
            return self._values[name]
        except KeyError:
            raise RpcError(Code.FORMAT) from None

    def optional(self, name: str) -> object:
        """A parameter that may be left out."""
        return self._values.get(name)

    def text(self, name: str) -> str:
        """One that must be a string."""
        value = self.given(name)
        if not isinstance(value, str):
            raise RpcError(Code.TYPE)
        return value

    def whole(self, name: str) -> int:
        """One that must be a whole number."""
        value = self.given(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise RpcError(Code.TYPE)
        return value

    def optional_whole(self, name: str) -> int | None:
        """One that may be left out."""
        return self.whole(name) if name in self._values else None

    def optional_text(self, name: str) -> str | None:
        """One that may be left out."""
        return self.text(name) if name in self._values else None


def read_object(body: bytes) -> dict[str, object]:
    """A JSON object; the firmware's parser takes names without quotes, too."""
    for text in (body, _BARE_NAME.sub(rb'\1"\2"\3', body)):
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
        break
    raise RpcError(Code.FORMAT)


def from_body(body: bytes) -> Params:
    """The parameters alone; none at all is an empty body."""
    return Params(read_object(body) if body.strip() else None)


def from_query(query: str) -> Params:
    """Parameters in an address: each a JSON value, often a string that holds another one."""
    return Params({name: _meant(value) for name, value in parse_qsl(query, keep_blank_values=True)})


def _meant(text: str) -> object:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return _meant(value) if isinstance(value, str) and value != text else value
