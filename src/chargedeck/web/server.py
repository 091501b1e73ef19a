"""uvicorn as one part of a program that has other parts, and the port it listens on."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from chargedeck.domain.problems import ChargeDeckError


class WebServer(uvicorn.Server):
    """uvicorn as one part of the program: no signal handlers of its own, and no exit."""

    async def start(self) -> asyncio.Task[None]:
        """Serve; raises PortTakenError when the port cannot be had."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        with naming("port", self.config.host, self.config.port):
            self._socket = _bound(self.config.host, self.config.port)
        await self.startup([self._socket])
        return asyncio.get_running_loop().create_task(self.main_loop(), name="http")

    @property
    def port(self) -> int:
        """The port that is listened on."""
        port: int = self._socket.getsockname()[1]
        return port

    async def stop(self) -> None:
        """Take no more, let answers finish."""
        self.should_exit = True
        await self.shutdown([self._socket])


class PortTakenError(ChargeDeckError):
    """A port could not be listened on; nothing was started."""

    code = "port_taken"

    def __init__(self, setting: str, address: str, reason: str) -> None:
        super().__init__(setting, address, reason)
        self.setting, self.address, self.reason = setting, address, reason

    def __str__(self) -> str:
        return f"{self.setting}: cannot listen on {self.address} ({self.reason}); free it or choose another"


@contextmanager
def naming(setting: str, host: str, port: int) -> Iterator[None]:
    """Say by its setting which port could not be had."""
    try:
        yield
    except OSError as error:
        raise PortTakenError(setting, f"{host}:{port}", error.strerror or str(error)) from error


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)
