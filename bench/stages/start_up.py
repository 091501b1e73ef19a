"""From exec to ready on an empty data directory, and what the server holds with a household's chargers."""

import statistics
import time

from bench.loading import idle_chargers
from bench.processes import Memory
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import Conditions, Found

_HOUSEHOLD = 5
_IDLE_S = 2.0


def measured(conditions: Conditions) -> Found:
    """Start some times, after once that does not count; take the median."""
    _start(conditions)
    starts = [_start(conditions) for _ in range(conditions.starts)]
    seconds, cpu = [each[0] for each in starts], [each[1] for each in starts]
    memory = _household(conditions)
    return Found(
        (
            Measure(
                "start to serving, empty database",
                statistics.median(seconds),
                "s",
                Target(1.5, "at most"),
                f"of which {statistics.median(cpu):.2f} s of CPU",
            ),
            Measure("resident with five chargers", memory.resident_kib / 1024, "MiB", Target(90, "at most")),
        ),
        {
            "seconds": [round(each, 3) for each in seconds],
            "cpu_s": cpu,
            "pss_mib": round(memory.proportional_kib / 1024, 1),
        },
    )


def _start(conditions: Conditions) -> tuple[float, float]:
    with product(conditions.cores.server) as server:
        return server.ready_after_s, server.ready_after_cpu_s


def _household(conditions: Conditions) -> Memory:
    cores = conditions.cores
    with product(cores.server) as server, idle_chargers(server.ocpp_url, _HOUSEHOLD, cores.load, prefix="H"):
        time.sleep(_IDLE_S)
        return server.process.memory()
