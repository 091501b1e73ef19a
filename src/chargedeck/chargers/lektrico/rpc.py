"""The devices' RPC: reads as GET, writes as frames in a POST; answers in whatever wrapping they come.

Real firmware answers bare objects and bare results, frames with `result` or `error`, `result: false` for
no, and any content type; method names count without case.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from chargedeck.chargers.lektrico import wire
from chargedeck.chargers.lektrico.http import ANSWER_S, Answer
from chargedeck.chargers.lektrico.troubles import (
    NO_METHOD,
    NotUnderstoodError,
    RefusedError,
    UnauthorizedError,
)
from chargedeck.domain.sentences import said

if TYPE_CHECKING:
    from chargedeck.chargers.lektrico.http import Http

SOURCE = "CHARGEDECK"

Log = Callable[[bool, bytes], None]
"""Whether it came from the device, and the message."""

_decode = msgspec.json.decode
_encode = msgspec.json.encode


class Rpc:
    """Calls to one device."""

    def __init__(self, http: Http, log: Log | None = None) -> None:
        self._http = http
        self._log = log

    @property
    def where(self) -> str:
        """The device's address."""
        return str(self._http.address)

    @property
    def breaks(self) -> int:
        """How often the connection has broken so far."""
        return self._http.breaks

    @property
    def answered_at(self) -> float:
        """When the device last answered, by the loop's time."""
        return self._http.answered_at

    async def read(
        self, method: str, *, seconds: float = ANSWER_S, logged: bool = False
    ) -> Mapping[str, Any]:
        """What the device tells; raises a TroubleError."""
        answer = await self._http.request("GET", f"/rpc/{method}", seconds=seconds)
        result = self._result(method, answer)
        if logged:
            self.note(method, {}, incoming=False)
            self.note(method, result, incoming=True)
        if not isinstance(result, dict):
            if result is False:
                raise RefusedError(method, None)
            raise NotUnderstoodError(
                self.where, said("{method} is answered without an object", method=method)
            )
        return result

    async def write(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """Have the device do something; returns when it says that it has, raises a TroubleError otherwise."""
        number = secrets.randbelow(90_000_000) + 10_000_000
        frame: dict[str, Any] = {"src": SOURCE, "id": number, "method": method}
        if params is not None:
            frame["params"] = params
        self.note(method, params or {}, incoming=False)
        answer = await self._http.request("POST", "/rpc", _encode(frame))
        try:
            result = self._result(method, answer)
        except RefusedError as refused:
            self.note(method, {"error": {"code": refused.code, "message": refused.message}}, incoming=True)
            raise
        self.note(method, result, incoming=True)
        if result is False or result is None:
            raise RefusedError(method, None)
        return result

    def close(self) -> None:
        """Hang up for good."""
        self._http.end()

    def note(self, method: str, payload: Any, *, incoming: bool) -> None:
        """Write a message down."""
        if self._log is not None:
            self._log(incoming, _encode({"method": method, "payload": payload}))

    def _result(self, method: str, answer: Answer) -> Any:
        """What is in an answer, out of its frame if it has one."""
        status, body = answer
        if status in (401, 403):
            raise UnauthorizedError
        if 300 <= status < 400:
            raise NotUnderstoodError(self.where, said("it points to another address, which is not followed"))
        try:
            content = _decode(body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            if status >= 400:
                raise RefusedError(method, status, f"HTTP {status}") from error
            raise NotUnderstoodError(
                self.where, said("{method} is not answered with JSON", method=method)
            ) from error
        if isinstance(content, dict):
            failure = content.get("error")
            if failure is not None and "result" not in content:
                raise _refused(method, failure)
            if "result" in content and content.keys() <= _FRAME:
                return content["result"]
        if status >= 400:
            raise _refused(method, {**content, "code": status} if isinstance(content, dict) else status)
        return content


_FRAME = frozenset({"id", "src", "dst", "result", "error", "jsonrpc", "auth", "tag"})


def _refused(method: str, error: Any) -> RefusedError:
    """An error object, or whatever stands in its place."""
    if isinstance(error, dict):
        return RefusedError(method, wire.integer(error, "code"), wire.text(error, "message") or "")
    code = wire.integer({"code": error}, "code")
    if code is not None:
        return RefusedError(method, code)
    message = wire.text({"error": error}, "error") or ""
    missing = NO_METHOD if "no handler" in message.lower() else None
    return RefusedError(method, missing, message)
