"""The whole OCPP path: throughput beside two peers, delays, memory, start-up, with the design's targets."""

from collections.abc import Callable, Collection, Mapping

from bench.machine import sync_ms
from bench.product import disk_folder
from bench.result import Result
from bench.stages import commands, memory, screens, start_up, throughput
from bench.stages.stage import Conditions, Found

STAGES: Mapping[str, Callable[[Conditions], Found]] = {
    "throughput": throughput.measured,
    "screens": screens.measured,
    "commands": commands.measured,
    "memory": memory.measured,
    "start-up": start_up.measured,
}


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """Measure one stage after the other, all of them unless some are named."""
    conditions = Conditions.of(quick=quick)
    with disk_folder() as folder:
        durable_write_ms = round(sync_ms(folder), 3)
    found = {}
    for name, measured in STAGES.items():
        if not only or name in only:
            print(f"  {name} …", flush=True)
            found[name] = measured(conditions)
    return Result(
        "ocpp",
        tuple(measure for stage in found.values() for measure in stage.measures),
        {"durable_write_ms": durable_write_ms} | {name: stage.details for name, stage in found.items()},
    )
