"""Simulated charge points as a process of their own, commanded through their control socket."""

import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, Any

from tests.support.ports import LOOPBACK

_START_S = 60.0
_LOOK_AGAIN_S = 0.03
_LISTENING = re.compile(rb"control socket on \S+:(\d+)")


class SimulatorError(Exception):
    """The simulator did not start, or could not do what it was told."""


class Simulator:
    """The commands of one process with one or more charge points."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._turn = asyncio.Lock()

    async def do(self, word: str, charger: str | None = None, **fields: Any) -> dict[str, Any]:
        """Carry out a command, and answer what a bystander sees after it; without an id for the first."""
        command = {"do": word, "charger": charger, **fields}
        async with self._turn:
            self._writer.write(json.dumps(command).encode() + b"\n")
            answer = json.loads(await self._reader.readline())
        if not answer["ok"]:
            raise SimulatorError(answer["error"])
        state: dict[str, Any] = answer["state"]
        return state

    async def charger(self, charger: str | None = None) -> dict[str, Any]:
        """A charge point as a bystander sees it."""
        seen: list[dict[str, Any]] = (await self.do("state"))["chargers"]
        return next(each for each in seen if charger in (None, each["id"]))

    async def connector(self, charger: str | None = None, connector: int = 1) -> dict[str, Any]:
        """An outlet as a bystander sees it."""
        found: dict[str, Any] = (await self.charger(charger))["connectors"][connector - 1]
        return found

    async def until(
        self,
        holds: Callable[[dict[str, Any]], object],
        charger: str | None = None,
        connector: int = 1,
        seconds: float = 10,
    ) -> dict[str, Any]:
        """Look at an outlet until it is as it should be; says how it was instead."""
        found: dict[str, Any] = {}
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = await self.connector(charger, connector)
                    if holds(found):
                        return found
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise AssertionError(f"not within {seconds:g} s: the outlet is {found}") from None

    async def until_delivered(self, charger: str | None = None, seconds: float = 10) -> None:
        """Wait until a charge point is online and has nothing left to tell."""
        deadline = time.monotonic() + seconds
        while (state := await self.charger(charger))["messages_kept"] or not state["online"]:
            if time.monotonic() > deadline:
                raise AssertionError(f"{state['messages_kept']} messages are left after {seconds:g} s")
            await asyncio.sleep(_LOOK_AGAIN_S)


@asynccontextmanager
async def commands(port: int) -> AsyncIterator[Simulator]:
    """Command a running simulator; several may do so at a time."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port, limit=1 << 20)
    try:
        yield Simulator(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


@contextmanager
def simulator_process(
    url: str, passwords: Mapping[str, str | None], *options: str, figures: IO[bytes] | None = None
) -> Iterator[int]:
    """Run charge points with these ids, and answer the port of their control socket.

    What they print at their own end, such as `--json` after the command quit, goes to `figures`.
    """
    ids = [word for name in passwords for word in ("--id", name)]
    known = {name: password for name, password in passwords.items() if password is not None}
    with tempfile.NamedTemporaryFile() as said:
        process = subprocess.Popen(
            (
                *(sys.executable, "-m", "chargedeck", "simulate", "ocpp", "--url", url, *ids),
                *("--control", f"{LOOPBACK}:0", "--password-file", "-", *options),
            ),
            stdin=subprocess.PIPE,
            stdout=figures or subprocess.DEVNULL,
            stderr=said,
        )
        try:
            assert process.stdin is not None
            with process.stdin as password_file:
                password_file.write(json.dumps(known).encode() + b"\n")
            yield _listening(process, Path(said.name))
        finally:
            process.kill()
            process.wait()


def _listening(process: "subprocess.Popen[bytes]", said: Path) -> int:
    deadline = time.monotonic() + _START_S
    while (found := _LISTENING.search(said.read_bytes())) is None:
        if process.poll() is not None or time.monotonic() > deadline:
            raise SimulatorError(f"the simulator does not run:\n{said.read_text(errors='replace')}")
        time.sleep(_LOOK_AGAIN_S)
    return int(found[1])


@asynccontextmanager
async def simulator(url: str, passwords: Mapping[str, str | None], *options: str) -> AsyncIterator[Simulator]:
    """Charge points of one's own, until the block is left; `options` are those of the command."""
    with ExitStack() as stack:
        process = simulator_process(url, passwords, *options)
        port = await asyncio.to_thread(stack.enter_context, process)
        async with commands(port) as simulated:
            yield simulated
