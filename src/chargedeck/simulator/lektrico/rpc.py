"""From an HTTP request to a method and back: frames, bare calls, error objects; opens no socket."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

import msgspec

from chargedeck.simulator.lektrico.codes import Code, RpcError
from chargedeck.simulator.lektrico.device import Device
from chargedeck.simulator.lektrico.methods import Methods
from chargedeck.simulator.lektrico.oddities import Oddities
from chargedeck.simulator.lektrico.params import Params, from_body, from_query, read_object

JSON = "application/json"
D = TypeVar("D", bound=Device)


@dataclass(frozen=True, slots=True)
class Request:
    """What an HTTP client asks."""

    verb: str
    path: str
    query: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What it is told."""

    status: int
    body: bytes
    content_type: str | None = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Rpc(Generic[D]):
    """A device's methods behind their addresses."""

    def __init__(self, device: D, methods: Methods[D], oddities: Oddities) -> None:
        self._device = device
        self._methods = methods
        self._oddities = oddities
        self.calls: Counter[str] = Counter()
        """How often each method was called."""

    def answer(self, request: Request) -> Reply:
        """Answer a request to /rpc or below."""
        _, _, name = request.path.removeprefix("/").partition("/")
        match request.verb, name:
            case "POST", "":
                return self._frame(request.body)
            case "GET", "":
                return _json({"error": _error(RpcError(Code.FORMAT))})
            case "GET", _:
                return self._bare(name, lambda: from_query(request.query))
            case "POST", _:
                return self._bare(name, lambda: from_body(request.body))
            case _:
                return Reply(405, b"", None, (("Allow", "GET, POST"),))

    def _bare(self, name: str, params: Callable[[], Params]) -> Reply:
        """A call by its address: the result alone, or the error alone."""
        try:
            return _json(self._call(unquote(name), params()))
        except RpcError as error:
            return _json({"error": _error(error)}, 404 if error.code is Code.NO_HANDLER else 200)

    def _frame(self, body: bytes) -> Reply:
        """A call in a frame: the answer goes back to whoever `src` is, with the frame's `id`."""
        envelope: dict[str, Any] = {"src": self._oddities.device_id(self._device.plate)}
        try:
            frame = read_object(body)
            envelope = {"id": frame.get("id"), **envelope}
            if "src" in frame:
                envelope["dst"] = frame["src"]
            result = self._call(*_method_and_params(frame))
        except RpcError as error:
            return _json(envelope | {"error": _error(error)})
        return _json(envelope | {"result": result})

    def _call(self, name: str, params: Params) -> Any:
        oddities = self._oddities
        method = oddities.methods(self._methods).get(name.casefold())
        if method is None:
            raise RpcError(Code.NO_HANDLER, f"No handler for {name[:64]}")
        self.calls[method.name] += 1
        if method.changes and (odd := oddities.verdict()) is not None:
            return odd
        if method.changes and not oddities.knows(params.optional("config_key")):
            raise RpcError(Code.KEY)
        result = method.do(self._device, params)
        if method.changes:
            self._device.record("told", method=method.name, params=params.as_json())
        return oddities.dressed(method.name, result, self._device) if isinstance(result, dict) else result


def _method_and_params(frame: Mapping[str, object]) -> tuple[str, Params]:
    params = frame.get("params") or {}
    name = frame.get("method")
    if not isinstance(name, str) or not isinstance(params, dict):
        raise RpcError(Code.FORMAT)
    return name, Params(params)


def _error(error: RpcError) -> dict[str, Any]:
    return {"code": int(error.code), "message": error.message}


def _json(body: object, status: int = 200) -> Reply:
    return Reply(status, msgspec.json.encode(body))
