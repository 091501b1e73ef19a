"""The OCPP listener: accepts within limits, keeps connections alive, ends them in order."""

from __future__ import annotations

import asyncio
import logging
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

SWEEP_S = 1.0
BACKLOG = 4_096
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
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; port 0 takes any free one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Visitor(self), host, port, backlog=BACKLOG)
        self._sweeper = loop.create_task(self._sweep(), name="ocpp-sweep")
        logger.info("OCPP listens on %s:%d%s", host, self.port, " with TLS" if self.tls else "")

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None:
            raise RuntimeError("the listener has not been started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Hang up on everybody, and wait until they are gone."""
        if self._server is None or self._sweeper is None:
            return
        self._server.close()
        self._sweeper.cancel()
        for visitor in tuple(self._visits):
            visitor.drop()
        for connection in tuple(self.surroundings.connections):
            connection.close("the server goes down", WSCloseCode.GOING_AWAY)
        if self.addresses.open:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._empty.wait()
        self._server = self._sweeper = None

    # -- visitors ------------------------------------------------------------------------------

    def arrived(self, visitor: Visitor, address: str) -> str | None:
        """Count a connection; answers why it is refused. The oldest visitor makes room for a new one."""
        self._empty.clear()
        self._visits[visitor] = None
        if len(self._visits) > self.surroundings.limits.handshakes:
            next(iter(self._visits)).drop()
        return self.addresses.arrived(address, visitor.since)

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
            await asyncio.sleep(SWEEP_S)
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
