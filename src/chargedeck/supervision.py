"""Tells a service manager how we are (sd_notify): ready, alive, loading anew, stopping.

Nothing is told where nobody asks: outside systemd there is no NOTIFY_SOCKET.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

logger = logging.getLogger(__name__)

Alive = Callable[[], Awaitable[object]]
"""Returns once every part that has to move has moved; never, where one is stuck."""


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who started us, and how often it wants to hear that we live; `address` None: nobody."""

    address: str | None = None
    watchdog_s: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str], pid: int) -> "Supervisor":
        """What systemd says in the environment; a watchdog over another process is none of ours."""
        address = environment.get("NOTIFY_SOCKET") or None
        micros = environment.get("WATCHDOG_USEC", "")
        theirs = environment.get("WATCHDOG_PID", str(pid))
        if address is None or not micros.isdecimal() or int(micros) == 0 or theirs != str(pid):
            return cls(address)
        return cls(address, int(micros) / 1e6)

    def ready(self, status: str) -> None:
        """We serve."""
        self._say("READY=1", f"STATUS={status}")

    def loading_anew(self) -> None:
        """We begin again with other settings or another database; `ready` follows."""
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")

    def stopping(self) -> None:
        """We end in order."""
        self._say("STOPPING=1")

    async def watch(self, alive: Alive) -> None:
        """Say that we live as long as we do, three times in each period, where somebody wants to know."""
        if self.watchdog_s is None:
            return
        while True:
            try:
                async with asyncio.timeout(self.watchdog_s):
                    await alive()
            except TimeoutError:
                logger.warning("The loop turns and nothing is written; systemd is not told that we live")
            else:
                self._say("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / 3)

    def _say(self, *lines: str) -> None:
        if self.address is None:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as telling:
                telling.connect(address)
                telling.send("\n".join(lines).encode())
        except OSError as error:
            logger.warning("The service manager at %s does not hear us: %s", self.address, error.strerror)


def supervisor() -> Supervisor:
    """Ours."""
    return Supervisor.of(os.environ, os.getpid())
