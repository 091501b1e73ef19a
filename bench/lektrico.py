"""Fifty LEKTRI.CO chargers that charge, polled by one server: what it costs, and whether it keeps up."""

import json
import re
import time
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from bench.machine import Cores
from bench.processes import Process, module, started
from bench.product import Product, product
from bench.result import Measure, Result, Target

DEVICES = 50
_POLL = "Charger_info.Get"
_SETTLING_S = 10.0
"""What a newcomer is asked once, and the first sessions, are not counted."""
_LISTENING = re.compile(r"^\S+ on http://\S+$", re.MULTILINE)


class Devices:
    """The emulated chargers, commanded over standard input."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def state(self) -> list[dict[str, Any]]:
        """What a bystander sees of each."""
        pipes = self.process.popen
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        pipes.stdin.write('{"do": "state"}\n')
        pipes.stdin.flush()
        chargers: list[dict[str, Any]] = json.loads(pipes.stdout.readline())["state"]["chargers"]
        return chargers

    def polled(self) -> dict[str, int]:
        """How often each was asked for its status."""
        return {charger["id"]: charger["calls"].get(_POLL, 0) for charger in self.state()}


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """Poll for a minute, or for a moment."""
    del only  # there is but one stage
    seconds = 5.0 if quick else 60.0
    cores = Cores.of_this_machine()
    with devices(cores) as emulated, product(cores.server, ("owner",)) as server:
        for charger in emulated.state():
            _add(server, charger["address"])
        time.sleep(_SETTLING_S)
        before, server_cpu, devices_cpu = (
            emulated.polled(), server.process.cpu_s(), emulated.process.cpu_s()
        )  # fmt: skip
        began = time.monotonic()
        time.sleep(seconds)
        lasted = time.monotonic() - began
        server_share = (server.process.cpu_s() - server_cpu) / lasted
        devices_share = (emulated.process.cpu_s() - devices_cpu) / lasted
        after, most = emulated.polled(), max(one["connections"] for one in emulated.state())
    polls = [after[name] - before[name] for name in after]
    return Result("lektrico", _measures(polls, lasted, server_share, devices_share, most))


def _measures(
    polls: list[int], lasted: float, server_share: float, devices_share: float, most: int
) -> tuple[Measure, ...]:
    slowest = lasted / max(min(polls), 1)
    return (
        Measure(
            "server", server_share * 100, "% of a core", Target(20, "at most"), f"{DEVICES} chargers charge"
        ),
        Measure(
            "interval of a poll",
            lasted * len(polls) / max(sum(polls), 1),
            "s",
            Target(1.1, "at most"),
            "mean",
        ),
        Measure("interval of a poll, slowest charger", slowest, "s", Target(1.25, "at most")),
        Measure("connections a device", most, "", Target(1, "at most"), "at a time"),
        Measure("emulator", devices_share * 100, "% of a core", note=f"{DEVICES} devices in a process"),
    )


@contextmanager
def devices(cores: Cores) -> Iterator[Devices]:
    """So many chargers with a car on each, in one process."""
    options = ("--type", "1p7k", "--count", DEVICES, "--port", 0, "--no-mdns", "--plug", "--stdin")
    command = module("chargedeck", "simulate", "lektrico", *options, "--battery-kwh", 900)
    with started(command, core=cores.load, talks=True) as process:
        deadline = time.monotonic() + 30
        while not _LISTENING.search(process.said()):
            process.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the devices are not there:\n{process.said()}")
            time.sleep(0.05)
        yield Devices(process)


def _add(server: Product, address: str) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.http_port}/api/devices",
        data=json.dumps({"driver": "lektrico", "address": address}).encode(),
        headers={
            "Authorization": f"Bearer {server.tokens['owner']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=15) as answer:
        answer.read()
