"""A Shelly Pro EM at the panels of the demo home, over HTTP as the real one answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from chargedeck.domain.units import Watts

LOOPBACK = "127.0.0.1"
_LONGEST_HEAD = 8 * 1024
_VOLTAGE = 230.0

Measure = Callable[[], Watts]


class Shelly:
    """One single-phase meter of the second generation."""

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self.address = ""
        """Where it answers, once it runs."""

    def answer(self, target: str) -> tuple[int, dict[str, Any]]:
        """The status and the body for a path."""
        match target.partition("?")[0]:
            case "/shelly":
                about = {"id": "shellyproem50-demo", "model": "SPEM-002CEBEU50", "app": "ProEM50"}
                return 200, {**about, "gen": 2, "auth_en": False}
            case "/rpc/Shelly.GetStatus":
                return 200, {"em1:0": self._status()}
            case "/rpc/EM1.GetStatus":
                return 200, self._status()
            case _:
                return 404, {"code": 404, "message": "No handler"}

    def _status(self) -> dict[str, Any]:
        power = round(self._measure(), 1)
        return {
            "id": 0,
            "voltage": _VOLTAGE,
            "current": round(power / _VOLTAGE, 3),
            "act_power": power,
            "aprt_power": power,
            "pf": 1.0,
            "freq": 50.0,
            "calibration": "factory",
        }

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                status, body = self.answer(head.split(b" ", 2)[1].decode("latin-1"))
                payload = json.dumps(body).encode()
                writer.write(
                    b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(payload), payload)
                )
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, IndexError):
            pass  # the client has gone, or speaks something else
        finally:
            writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It answers until the block is left."""
        server = await asyncio.start_server(self._serve, LOOPBACK, 0, limit=_LONGEST_HEAD)
        self.address = f"{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield
