"""Emulated LEKTRI.CO devices as a process of their own, commanded over standard input."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_LONGEST_ANSWER = 1 << 24
COMMAND = (sys.executable, "-m", "chargedeck", "simulate", "lektrico")
STARTED = re.compile(r"^(\S+) on http://(\S+)$")


class Emulator:
    """The devices of one process, and the commands that it takes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.addresses: dict[str, str] = {}
        self._turn = asyncio.Lock()

    async def listen(self, devices: int) -> None:
        """Read what it says until every device has its address."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            while len(self.addresses) < devices:
                line = (await self.process.stderr.readline()).decode()
                assert line, "it ended"
                if found := STARTED.match(line.strip()):
                    self.addresses[found[1]] = found[2]

    async def do(self, **command: object) -> dict[str, Any]:
        """A command on standard input."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self._turn, asyncio.timeout(20):
            self.process.stdin.write(json.dumps(command).encode() + b"\n")
            answer = json.loads(await self.process.stdout.readline())
        assert answer["ok"], answer
        state: dict[str, Any] = answer["state"]
        return state


@asynccontextmanager
async def emulator(*options: str, devices: int = 1) -> AsyncIterator[Emulator]:
    """Devices of one's own until the block is left; `options` are those of the command."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *("--port", "0", "--stdin", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_ANSWER,
    )
    running = Emulator(process)
    try:
        await running.listen(devices)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
