"""From exec to ready on an empty data directory, and what the server holds with a household's chargers."""

import statistics

from bench.loading import Plan, load
from bench.processes import Memory
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import Conditions, Found

_HOUSEHOLD = Plan(5, 0.2, warm_up_s=0, idle_s=2.5)


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
    with product(conditions.cores.server) as server:
        run = load(server.process, server.ocpp_url, _HOUSEHOLD, conditions.cores.load).checked()
    if run.idle is None:
        raise ValueError("the household has no idle time to measure in")
    return run.idle
