"""The OCPP listener: accepts within limits, keeps connections alive, ends them in order."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from picows import WSCloseCode

from chargedeck.chargers.ocpp.admission import Visitor
from chargedeck.chargers.ocpp.limits import AddressBook

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from chargedeck.chargers.ocpp.dialect import Dialect
    from chargedeck.chargers.ocpp.surroundings import Surroundings

logger = logging.getLogger(__name__)

BACKLOG = 4_096
ACCEPTED_AT_ONCE = 64
STOP_S = 3.0


class Listener:
    """`ws(s)://host:port/ocpp/<device id>`."""

    def __init__(
        self, dialects: Sequence[Dialect], surroundings: Surroundings, *, tls: ssl.SSLContext | None = None
    ) -> None:
        """`dialects`: the versions that are spoken, the newest first."""
        self.dialects = {dialect.subprotocol: dialect for dialect in dialects}
        self.surroundings = surroundings
        self.tls = tls
        self.addresses = AddressBook(surroundings.limits)
        self._visits: dict[Visitor, None] = {}
        self._empty = asyncio.Event()
        self._socket: socket.socket | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; port 0 takes any free one. Raises OSError when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._socket = _listening(host, port)
        loop.add_reader(self._socket, self._accept)
        self._sweeper = loop.create_task(self._sweep(), name="ocpp-sweep")
        logger.info("OCPP listens on %s:%d%s", host, self.port, " with TLS" if self.tls else "")

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._socket is None:
            raise RuntimeError("the listener has not been started")
        port: int = self._socket.getsockname()[1]
        return port

    @property
    def is_listening(self) -> bool:
        """Whether chargers can call."""
        return self._socket is not None

    async def stop(self) -> None:
        """Hang up on everybody, and wait until they are gone."""
        if self._socket is None or self._sweeper is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        self._sweeper.cancel()
        for visitor in tuple(self._visits):
            visitor.drop()
        for connection in tuple(self.surroundings.connections):
            connection.close("the server goes down", WSCloseCode.GOING_AWAY)
        if self.addresses.open:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._empty.wait()
        await self.surroundings.tasks.aclose()
        self._socket = self._sweeper = None

    # -- accepting -----------------------------------------------------------------------------

    def _accept(self) -> None:
        """Take what has come, some at a time so that chargers are not kept waiting."""
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                accepted, peer = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                logger.error("no connection can be accepted for a moment: %s", error)  # noqa: TRY400
                self._rest()
                return
            accepted.setblocking(False)
            visitor = Visitor(self, peer[0])
            visitor.welcome(accepted, self._arrived(visitor))

    @property
    def _listening(self) -> socket.socket:
        if self._socket is None:
            raise RuntimeError("the listener has not been started")
        return self._socket

    def _rest(self) -> None:
        """Out of file descriptors or memory: asking again at once would only burn time."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listening)
        loop.call_later(self.surroundings.keepalive.sweep_s, self._resume)

    def _resume(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().add_reader(self._socket, self._accept)

    # -- visitors ------------------------------------------------------------------------------

    def _arrived(self, visitor: Visitor) -> str | None:
        """Count a connection; answers why it is refused. The oldest visitor makes room for a new one."""
        self._empty.clear()
        self._visits[visitor] = None
        if len(self._visits) > self.surroundings.limits.handshakes:
            oldest = next(iter(self._visits))
            del self._visits[oldest]
            oldest.drop()
        return self.addresses.arrived(visitor.address, visitor.since)

    def visit_over(self, visitor: Visitor) -> None:
        """A visitor was let in, or is gone."""
        self._visits.pop(visitor, None)

    def left(self, address: str) -> None:
        """A connection is gone."""
        self.addresses.left(address)
        if not self.addresses.open:
            self._empty.set()

    # -- time ----------------------------------------------------------------------------------

    async def _sweep(self) -> None:
        """One timer for all: late visitors, silent devices, addresses to forget."""
        while True:
            await asyncio.sleep(self.surroundings.keepalive.sweep_s)
            try:
                self._check(self.surroundings.time())
            except Exception:
                logger.exception("the sweep of the OCPP listener failed")

    def _check(self, at: float) -> None:
        overdue = at - self.surroundings.limits.handshake_s
        for visitor in tuple(self._visits):
            if visitor.since > overdue:
                break
            visitor.drop()
        for connection in tuple(self.surroundings.connections):
            connection.check(at)
        self.addresses.sweep(at)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = host == "::" and socket.has_dualstack_ipv6()
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both)
    listening.setblocking(False)
    return listening
