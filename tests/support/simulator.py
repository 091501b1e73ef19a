"""Simulated charge points as a process of their own, commanded through their control socket."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from tests.support.ports import LOOPBACK

_START_S = 60.0
_LOOK_AGAIN_S = 0.03
_LISTENING = re.compile(r"control socket on \S+:(\d+)")


class SimulatorError(Exception):
    """The simulator did not start, or could not do what it was told."""


class Simulator:
    """One process with one or more charge points."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: str) -> None:
        self._reader, self._writer = reader, writer
        self._turn = asyncio.Lock()
        self._first = first

    async def do(self, word: str, charger: str | None = None, **fields: Any) -> dict[str, Any]:
        """Carry out a command, and answer what a bystander sees after it."""
        command = {"do": word, "charger": charger or self._first, **fields}
        async with self._turn:
            self._writer.write(json.dumps(command).encode() + b"\n")
            answer = json.loads(await self._reader.readline())
        if not answer["ok"]:
            raise SimulatorError(answer["error"])
        state: dict[str, Any] = answer["state"]
        return state

    async def charger(self, charger: str | None = None) -> dict[str, Any]:
        """A charge point as a bystander sees it."""
        state = await self.do("state")
        wanted = charger or self._first
        found: dict[str, Any] = next(each for each in state["chargers"] if each["id"] == wanted)
        return found

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
        deadline = asyncio.get_running_loop().time() + seconds
        while (state := await self.charger(charger))["messages_kept"] or not state["online"]:
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{state['messages_kept']} messages are left after {seconds:g} s")
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def until_status(self, status: str, charger: str | None = None, connector: int = 1) -> None:
        """Wait until an outlet has a status of OCPP."""
        await self.until(lambda found: found["status"] == status, charger, connector)


@asynccontextmanager
async def simulator(url: str, passwords: Mapping[str, str], *options: str) -> AsyncIterator[Simulator]:
    """Charge points with these ids and passwords, until the block is left; `options` are the command's."""
    ids = [word for name in passwords for word in ("--id", name)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chargedeck", "simulate", "ocpp", "--url", url, *ids),
        *("--control", f"{LOOPBACK}:0", "--password-file", "-", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    try:
        process.stdin.write(json.dumps(dict(passwords)).encode() + b"\n")
        process.stdin.close()
        port = await _port(process.stderr)
        silenced = asyncio.create_task(_drain(process.stderr))
        reader, writer = await asyncio.open_connection(LOOPBACK, port, limit=1 << 20)
        try:
            yield Simulator(reader, writer, next(iter(passwords)))
        finally:
            writer.close()
            silenced.cancel()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _port(said: asyncio.StreamReader) -> int:
    lines = ""
    async with asyncio.timeout(_START_S):
        while line := (await said.readline()).decode():
            lines += line
            if found := _LISTENING.search(line):
                return int(found[1])
    raise SimulatorError(f"the simulator ended:\n{lines}")


async def _drain(said: asyncio.StreamReader) -> None:
    while await said.read(65_536):
        pass
