"""What one more connected charger adds to the server, beside what the bare connection takes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from bench.loading import Plan, load
from bench.machine import Cores
from bench.processes import Process
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import BARE, PRODUCT, Conditions, Found, peer

_FEW, _MANY = 500, 1_500
"""The slope between two sizes: the first chargers fill what the start has left free."""
_IDLE_S = 4.0
"""Long enough for all that the server asks a newcomer."""

Serve = Callable[[], AbstractContextManager[tuple[Process, str]]]


def measured(conditions: Conditions) -> Found:
    """Connect and boot many, and let them be."""
    cores = conditions.cores

    @contextmanager
    def ours() -> Iterator[tuple[Process, str]]:
        with product(cores.server) as server:
            yield server.process, server.ocpp_url

    note = f"connected and idle, from {_FEW:,} to {_MANY:,} of them"
    return Found(
        (
            Measure(f"memory a charger, {PRODUCT}", _slope(ours, cores), "KiB", Target(40, "at most"), note),
            Measure(f"memory a charger, {BARE}", _slope(lambda: peer(BARE, cores), cores), "KiB"),
        )
    )


def _slope(serve: Serve, cores: Cores) -> float:
    few, many = (_idle_kib(serve, chargers, cores) for chargers in (_FEW, _MANY))
    return (many - few) / (_MANY - _FEW)


def _idle_kib(serve: Serve, chargers: int, cores: Cores) -> int:
    with serve() as (process, url):
        run = load(process, url, Plan(chargers, 0.2, warm_up_s=0, idle_s=_IDLE_S), cores.load).checked()
    if run.idle is None:
        raise ValueError("the plan has no idle time to measure in")
    return run.idle.proportional_kib
