"""What stands on both ends of a board in these tests: resources that change, and a browser that listens."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from chargedeck.live.patch import merged, without_nulls
from chargedeck.live.ports import LASTING, Reader


@dataclass(frozen=True, slots=True)
class View:
    id: str
    values: dict[str, Any]
    seq: int = 0


@dataclass(slots=True, eq=False)
class Thing:
    """A resource of any kind."""

    kind: str
    id: str
    station_id: str = "home"
    values: dict[str, Any] = field(default_factory=dict)
    looks: int = 0
    broken: bool = False

    @property
    def whose(self) -> str | None:
        """The person who is named in it."""
        return None if self.values.get("a") is None else f"person {self.values['a']}"

    def view(self) -> View:
        self.looks += 1
        if self.broken:
            raise ValueError(self.id)
        return View(self.id, dict(self.values))

    def change(self, **values: object) -> "Thing":
        self.values |= values
        return self


@dataclass(slots=True)
class Call:
    at: float
    callback: Callable[[], object]
    cancelled: bool = False

    def when(self) -> float:
        return self.at

    def cancel(self) -> None:
        self.cancelled = True


class Hands:
    """Timers whose time goes only when a test turns it."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._order = itertools.count()
        self._calls: list[tuple[float, int, Call]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], object], /) -> Call:
        call = Call(when, callback)
        heapq.heappush(self._calls, (when, next(self._order), call))
        return call

    @property
    def waiting(self) -> int:
        return sum(not call.cancelled for _, _, call in self._calls)

    def turn(self, seconds: float) -> None:
        """Let time pass, and every call happen at its moment."""
        until = self.now + seconds
        while self._calls and self._calls[0][0] <= until:
            when, _, call = heapq.heappop(self._calls)
            self.now = max(self.now, when)
            if not call.cancelled:
                call.callback()
        self.now = until


@dataclass(slots=True)
class Message:
    event: str
    data: Any
    id: str | None


def parsed(chunk: bytes) -> list[Message]:
    """Read server-sent events as the HTML standard says, as far as we use it."""
    messages = []
    for block in chunk.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if "data" in fields:
            messages.append(Message(fields["event"], msgspec.json.decode(fields["data"]), fields.get("id")))
    return messages


class Screen:
    """A browser: holds what a snapshot and the patches since say."""

    def __init__(self) -> None:
        self.state: dict[tuple[str, str], Any] = {}
        self.messages: list[Message] = []
        self.snapshots = 0
        self.last_id: str | None = None

    def take(self, chunk: bytes) -> None:
        for message in parsed(chunk):
            self.messages.append(message)
            self.last_id = message.id or self.last_id
            if message.event == "snapshot":
                self.snapshots += 1
                self.state = {
                    (kind, one["id"]): one
                    for kind, name in LASTING.items()
                    for one in message.data.get(name, ())
                }
            elif message.event in LASTING:
                self._apply(message)

    def _apply(self, message: Message) -> None:
        key = (message.event, message.data["id"])
        known = self.state.get(key)
        if message.data["patch"] is None:
            self.state.pop(key, None)
        else:
            assert known is None or message.data["seq"] >= known["seq"]
            self.state[key] = merged(known or {}, message.data["patch"])
            assert self.state[key]["seq"] == message.data["seq"]

    def shows(self) -> dict[tuple[str, str], Any]:
        """Ids and values, without the count of changes."""
        return {
            key: without_nulls({k: v for k, v in one.items() if k != "seq"})
            for key, one in self.state.items()
        }


def truth(*things: Thing) -> dict[tuple[str, str], Any]:
    """What a screen must show of these."""
    return {
        (thing.kind, thing.id): without_nulls({"id": thing.id, "values": thing.values}) for thing in things
    }


async def drain(reader: Reader, screen: Screen) -> bool:
    """Read until nothing more is there at once; False when the stream has ended."""
    chunks = aiter(reader)
    while True:
        step = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if not step.done():
            step.cancel()
            await asyncio.gather(step, return_exceptions=True)
            return True
        try:
            screen.take(step.result())
        except StopAsyncIteration:
            return False
