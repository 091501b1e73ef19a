"""Where commands come from: a script, standard input, a socket on loopback; one JSON object a line."""

import asyncio
import contextlib
import ipaddress
import sys
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from chargedeck.simulator.commands import failed, ok, parse
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.problems import CommandError, PlanError

_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def loopback_address(text: str) -> Address:
    """Read `HOST:PORT`; only this machine may give commands."""
    host, _, port = text.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isdigit() or int(port) > 65_535:
        raise CommandError(f"{text!r} is not HOST:PORT")
    if not is_loopback(host):
        raise CommandError(f"{host} is not a loopback address; commands are taken from this machine only")
    return Address(host, int(port))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def carry_out_line(hands: Hands, line: bytes | str) -> tuple[bool, bytes]:
    """Do what a line says; whether it was done, and the line to answer."""
    try:
        return True, ok(await hands.carry_out(parse(line)))
    except CommandError as error:
        return False, failed(error)


async def run_script(hands: Hands, lines: Iterable[str]) -> None:
    """Do one line after another; the first that cannot be done ends it, by its number."""
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            await hands.carry_out(parse(text))
        except CommandError as error:
            raise CommandError(f"line {number}: {error}") from error


async def follow_stdin(hands: Hands) -> None:
    """Do what comes on standard input and answer on standard output; its end ends the simulation."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody listens any more
            for line in sys.stdin:
                loop.call_soon_threadsafe(lines.put_nowait, line)
            loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, name="stdin", daemon=True).start()
    while line := await lines.get():
        if line.strip():
            _, answer = await carry_out_line(hands, line)
            sys.stdout.write(answer.decode() + "\n")
            sys.stdout.flush()
    hands.quitting.set()


@asynccontextmanager
async def control_socket(hands: Hands, address: Address) -> AsyncIterator[int]:
    """Take commands on a TCP socket; gives the port it listens on."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):  # ValueError: a line beyond the limit
            while line := await reader.readline():
                done, answer = await carry_out_line(hands, line)
                writer.write(answer + b"\n")
                await writer.drain()
                if not done and not line.lstrip().startswith(b"{"):
                    break  # not our protocol; a web page may be posting here
        writer.close()

    try:
        server = await asyncio.start_server(serve, address.host, address.port, limit=_LONGEST_LINE)
    except OSError as error:
        raise PlanError(f"cannot listen on {address}: {error.strerror or error}") from error
    async with server:
        yield server.sockets[0].getsockname()[1]
