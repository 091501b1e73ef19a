"""The other end of a connection: a device that does as the test says, and remembers what was asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
    NotSupportedError,
)
from chargedeck.domain.sentences import Sentence
from chargedeck.hub.commands import Command, LimitCurrent
from chargedeck.hub.ports import Capabilities, CardKeeper

Reply = Callable[[Any], Awaitable[None]]
Asked = TypeVar("Asked")


async def accept(command: Command) -> None:
    """Confirm."""


async def refuse(command: Command) -> None:
    """Say no."""
    raise DeviceRefusedError(type(command).__name__, Sentence("Rejected"))


async def not_support(command: Command) -> None:
    """Not know how."""
    raise NotSupportedError(type(command).__name__, Sentence("NotSupported"))


async def time_out(command: Command) -> None:
    """Never answer."""
    await asyncio.sleep(30)
    raise DeviceTimeoutError(type(command).__name__, 30)


class Held:
    """Leaves each command without an answer until the test gives one."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[None]] = []

    async def __call__(self, command: Command) -> None:
        answer = asyncio.get_running_loop().create_future()
        self.waiting.append(answer)
        await answer

    def accept(self) -> None:
        """Confirm what has waited longest."""
        self.waiting.pop(0).set_result(None)

    def refuse(self) -> None:
        """Say no to it."""
        self.waiting.pop(0).set_exception(DeviceRefusedError("call", Sentence("Rejected")))

    def lose(self) -> None:
        """The connection is gone while it waits."""
        self.waiting.pop(0).set_exception(ChargerOfflineError())


class ScriptedLink:
    """Implements the hub's DeviceLink; a device that says yes to everything unless told otherwise."""

    protocol = "ocpp1.6"

    def __init__(self, address: str = "192.0.2.7") -> None:
        self.address = address
        self.capabilities = Capabilities(reserves=True)
        self.card_keeper: CardKeeper | None = None
        self.sent: list[Command] = []
        self.replies: dict[type[Any], Reply] = {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.is_alive = True
        self.approvals = 0
        self.closed: str | None = None

    def on(self, command: type[Any], reply: Reply) -> None:
        """From now on reply so."""
        self.replies[command] = reply

    def asked(self, kind: type[Asked]) -> list[Asked]:
        """The commands of a kind, in the order in which they came."""
        return [command for command in self.sent if isinstance(command, kind)]

    @property
    def limits(self) -> list[float]:
        """The session limits that were asked for."""
        return [command.session_a for command in self.asked(LimitCurrent)]

    async def send(self, command: Command) -> None:
        self.sent.append(command)
        await self.replies.get(type(command), accept)(command)

    async def call(self, action: str, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls.append((action, payload))
        return {"status": "Accepted"}

    async def answers(self) -> bool:
        await asyncio.sleep(0)
        return self.is_alive

    def approved(self) -> None:
        self.approvals += 1

    def close(self, reason: str) -> None:
        self.closed = reason
