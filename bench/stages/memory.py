"""What one more connected charger adds to the server, beside what a bare connection takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.loading import idle_chargers
from bench.machine import Cores
from bench.processes import Process
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import BARE, PRODUCT, Conditions, Found, peer

_FIRST, _MORE = 500, 1_000
"""The first ones fill what the start has left free; what the others add to the same server counts."""
_IDLE_S = 4.0
"""Long enough for all that the server asks a newcomer."""


def measured(conditions: Conditions) -> Found:
    """Connect and boot many, and let them be."""
    cores = conditions.cores
    with _ours(cores) as (process, url):
        ours = _kib_a_charger(process, url, cores)
    with peer(BARE, cores) as (process, url):
        bare = _kib_a_charger(process, url, cores)
    note = f"connected and idle, the {_MORE:,} after the first {_FIRST:,}"
    return Found(
        (
            Measure(f"memory a charger, {PRODUCT}", ours, "KiB", Target(40, "at most"), note),
            Measure(f"memory a charger, {BARE}", bare, "KiB", note="with picows' own read buffer, of 16 KiB"),
        )
    )


@contextmanager
def _ours(cores: Cores) -> Iterator[tuple[Process, str]]:
    with product(cores.server) as server:
        yield server.process, server.ocpp_url


def _kib_a_charger(process: Process, url: str, cores: Cores) -> float:
    with idle_chargers(url, _FIRST, cores.load, prefix="FIRST"):
        time.sleep(_IDLE_S)
        before = process.memory().proportional_kib
        with idle_chargers(url, _MORE, cores.load, prefix="MORE"):
            time.sleep(_IDLE_S)
            return (process.memory().proportional_kib - before) / _MORE
