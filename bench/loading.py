"""Runs a load program against a server and takes the server's CPU and memory at the right moments."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import Process, module, started

OUTSIDE = "CHARGEDECK_BENCH_LOAD"
"""Names a compiled load program to use in place of ours; it takes -n, -t, -w and prints the same lines."""


_WHOLE_STAGE_S = 600


@dataclass(frozen=True, slots=True)
class Plan:
    """What the load does."""

    chargers: int
    seconds: float
    warm_up_s: float = 1.0
    rate: float = 0.0
    samples: int = 8
    marks: Path | None = None

    @property
    def outside(self) -> str | None:
        """The outside program, where this plan is one that it can do."""
        plain = Plan(chargers=self.chargers, seconds=self.seconds, warm_up_s=self.warm_up_s)
        return os.environ.get(OUTSIDE) if self == plain else None


@dataclass(slots=True)
class Run:
    """What came of it."""

    plan: Plan
    connected: dict[str, Any] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)
    cpu_s: float = 0.0
    wall_s: float = 0.0
    said: str = ""

    @property
    def messages(self) -> int:
        """Calls that were answered while measuring."""
        return int(self.done["ok"]) + int(self.done["callerrors"])

    @property
    def per_cpu_second(self) -> float:
        """Messages for each second of a core that the server used."""
        return self.messages / self.cpu_s if self.cpu_s else 0.0

    @property
    def per_second(self) -> float:
        """Messages for each second that passed."""
        return self.messages / self.wall_s if self.wall_s else 0.0

    def reached(self, line: dict[str, Any], server: Process) -> None:
        """Take what the server has used when the load enters a phase."""
        match str(line["phase"]):
            case "connected":
                self.connected = line
            case "measure":
                self.cpu_s, self.wall_s = -server.cpu_s(), -time.monotonic()
            case "done":
                self.cpu_s, self.wall_s = self.cpu_s + server.cpu_s(), self.wall_s + time.monotonic()
                self.done = line
            case _:
                pass

    def checked(self) -> "Run":
        """Raise when the load did not come through: its numbers would mean nothing."""
        wanted, faults = self.plan.chargers, {}
        if self.connected.get("ready") != wanted or self.done.get("alive") != wanted:
            faults["connections"] = (wanted, self.connected.get("ready"), self.done.get("alive"))
        faults |= {name: self.done[name] for name in ("callerrors", "unexpected") if self.done[name]}
        if faults:
            raise RuntimeError(f"the load did not come through: {faults}\n{self.said}")
        return self

    def summary(self) -> dict[str, Any]:
        """All of it, for the results."""
        return {
            "chargers": self.plan.chargers,
            "messages_per_cpu_second": round(self.per_cpu_second),
            "messages_per_second": round(self.per_second),
            "server_cpu_ratio": round(self.cpu_s / self.wall_s, 3) if self.wall_s else None,
            "load": "outside" if self.plan.outside else "bench.load",
            "connected": self.connected,
            "done": self.done,
        }


def load(server: Process, url: str, plan: Plan, core: int) -> Run:
    """Load the server as planned, and measure it from the load's `measure` to its `done`."""
    run = Run(plan)
    with started(_command(plan, url), core=core, talks=True) as program:
        for line in _lines(program):
            run.reached(line, server)
        program.popen.wait()
        server.check()
        run.said = f"load: {program.said()}\nserver: {server.said()}"
        if not run.done:
            raise RuntimeError(f"the load ended early:\n{program.said()}")
    return run


@contextmanager
def idle_chargers(url: str, chargers: int, core: int, prefix: str) -> Iterator[None]:
    """Have so many chargers connected, booted and silent until the block is left."""
    command = module("bench.load", "-n", chargers, "-H", _WHOLE_STAGE_S, "-i", prefix, url)
    with started(command, core=core, talks=True) as program:
        lines = _lines(program)
        ready = next((line["ready"] for line in lines if line["phase"] == "connected"), 0)
        if ready != chargers:
            raise RuntimeError(f"{ready} of {chargers} chargers are connected:\n{program.said()}")
        yield


def _command(plan: Plan, url: str) -> list[str]:
    plain = ["-n", str(plan.chargers), "-t", f"{plan.seconds:g}", "-w", f"{plan.warm_up_s:g}"]
    if plan.outside:
        return [plan.outside, *plain, url]
    marks = ["--marks", str(plan.marks)] if plan.marks else []
    more = ["-r", str(plan.rate), "-m", str(plan.samples)]
    return module("bench.load", *plain, *more, *marks, url)


def _lines(program: Process) -> Iterator[dict[str, Any]]:
    output = program.popen.stdout
    if output is None:
        raise ValueError("the program has no pipe")
    for line in output:
        yield json.loads(line)
