"""A run from the outside: where its commands come from, what writes down its truth, what ends it."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from chargedeck.simulator.clock import Seconds
from chargedeck.simulator.control import Address, control_socket, follow_stdin, run_script
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.panel import panel_server
from chargedeck.simulator.world import JournalEntry, World


@dataclass(frozen=True, slots=True)
class Inputs:
    """Where commands come from."""

    script: Path | None = None
    stdin: bool = False
    control: Address | None = None
    panel: Address | None = None
    panel_origin: str = "http://127.0.0.1:8080"


async def until_over(inputs: Inputs, hands: Hands, duration: Seconds | None) -> None:
    """Do what is commanded until the time is over, or a command or a signal ends it."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, hands.quitting.set)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        if inputs.control is not None:
            port = await stack.enter_async_context(control_socket(hands, inputs.control))
            say(f"control socket on {inputs.control.host}:{port}")
        if inputs.panel is not None:
            port = await stack.enter_async_context(panel_server(hands, inputs.panel, inputs.panel_origin))
            say(f"demo panel on http://{inputs.panel.host}:{port}")
        working = []
        if inputs.script is not None:
            lines = inputs.script.read_text().splitlines()
            working.append(tasks.create_task(run_script(hands, lines), name="script"))
        if inputs.stdin:
            working.append(tasks.create_task(follow_stdin(hands), name="stdin"))
        try:
            async with asyncio.timeout(duration):
                await hands.quitting.wait()
        except TimeoutError:
            hands.quitting.set()
        for task in working:
            task.cancel()


def say(text: str) -> None:
    """Tell whoever started the run."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def journal(path: Path | None, world: World) -> Iterator[None]:
    """Write what truly happens as JSON lines, each on the disk's way before the network can tell of it."""
    if path is None:
        yield
        return
    with path.open("ab", buffering=0) as file:

        def write(entry: JournalEntry) -> None:
            file.write(msgspec.json.encode(entry) + b"\n")

        world.journal = write
        yield
