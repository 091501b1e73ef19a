"""What every stage of the OCPP benchmark is given and what it gives back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.loading import Plan
from bench.machine import Cores
from bench.ports import free_ports, wait_for_listener
from bench.processes import Process, module, started
from bench.result import Measure

PRODUCT, BARE, PACKAGE = "ChargeDeck", "bare picows", "ocpp package"
PEERS = {BARE: "bench.peers.bare_picows", PACKAGE: "bench.peers.ocpp_package"}

NORMAL = 1_000
"""Chargers of a large site, all of them charging."""
_NORMAL_SAMPLES = 40
"""Thirty MeterValues, ten Heartbeats and the six messages around them: a session of one minute."""
NORMAL_RATE = NORMAL / 2 * (_NORMAL_SAMPLES + 6) / (_NORMAL_SAMPLES * 3 / 4)
"""Messages a second when each charger sends one MeterValues every two seconds."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where and how long to measure."""

    cores: Cores
    seconds: float
    warm_up_s: float
    starts: int

    @classmethod
    def of(cls, *, quick: bool) -> "Conditions":
        """Long enough to trust, or just long enough to see that it runs."""
        cores = Cores.of_this_machine()
        return cls(cores, 1.0, 0.5, 1) if quick else cls(cores, 5.0, 1.0, 3)

    def normal(self, **more: Any) -> Plan:
        """A day like any other: samples every two seconds, and sessions that come and go."""
        seconds = self.seconds + float(more.pop("extra_s", 0.0))
        return Plan(NORMAL, seconds, self.warm_up_s, rate=NORMAL_RATE, samples=_NORMAL_SAMPLES, **more)


@dataclass(frozen=True, slots=True)
class Found:
    """What a stage has measured."""

    measures: tuple[Measure, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def peer(name: str, cores: Cores) -> Iterator[tuple[Process, str]]:
    """One of the servers that we measure ourselves beside, and its address."""
    (port,) = free_ports(1)
    with started(module(PEERS[name], port), core=cores.server) as process:
        wait_for_listener(port, process)
        yield process, f"ws://127.0.0.1:{port}/ocpp/"
