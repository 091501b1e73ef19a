"""From a browser's request to the charger's socket, at the rate of a normal day."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bench.loading import load
from bench.product import product
from bench.result import Measure, Target
from bench.stages.charger_delay import commanded
from bench.stages.stage import Conditions, Found


def measured(conditions: Conditions) -> Found:
    """Move one charger's slider while a thousand others charge."""
    cores = conditions.cores
    plan = conditions.normal(extra_s=4.0)
    with product(cores.server, ["operator"]) as server, ThreadPoolExecutor(1) as pool:
        others = pool.submit(load, server.process, server.ocpp_url, plan, cores.load)
        times = asyncio.run(commanded(server, conditions.seconds))
        others.result().checked()
    note = f"{times.out.total} commands, {times.refused} refused"
    return Found(
        (
            Measure("command → charger, p50", times.out.quantile_ms(0.5), "ms"),
            Measure("command → charger, p99", times.out.quantile_ms(0.99), "ms", Target(10, "at most"), note),
            Measure("command → confirmed, p99", times.whole.quantile_ms(0.99), "ms"),
        )
    )
