"""From a charger's frame to a reader's event, at the rate of a normal day."""

from collections.abc import Iterator

from bench.audience import audience
from bench.loading import Run, load
from bench.product import disk_folder, product
from bench.result import Measure, Target
from bench.stages.frame_to_event import Delays, joined
from bench.stages.stage import NORMAL, NORMAL_RATE, Conditions, Found

_READERS = (100, 1_000)
_ATTENTIVE = 10
_TARGET = Target(50, "at most")


def measured(conditions: Conditions) -> Found:
    """Measure with few readers and with many."""
    found = {readers: _watched(readers, conditions) for readers in _READERS}
    return Found(
        tuple(measure for readers, seen in found.items() for measure in _measures(readers, *seen)),
        {
            str(readers): {"delays": delays.summary(), "load": run.summary()}
            for readers, (delays, run) in found.items()
        },
    )


def _watched(readers: int, conditions: Conditions) -> tuple[Delays, Run]:
    core = conditions.cores.load
    with disk_folder() as folder, product(conditions.cores.server, ["viewer"]) as server:
        marks, seen = folder / "marks", folder / "seen"
        with audience(server, core, readers, seen, _ATTENTIVE):
            run = load(server.process, server.ocpp_url, conditions.normal(marks=marks), core).checked()
        return joined(marks, seen, _ATTENTIVE), run


def _measures(readers: int, delays: Delays, run: Run) -> Iterator[Measure]:
    where = f"{NORMAL:,} chargers, {readers:,} readers"
    for name, times in (("sample", delays.samples), ("status", delays.statuses)):
        note = f"{times.total:,} events at {_ATTENTIVE} readers, {delays.unseen} unseen"
        yield Measure(f"{name} → event, p50, {where}", times.quantile_ms(0.5), "ms")
        yield Measure(f"{name} → event, p99, {where}", times.quantile_ms(0.99), "ms", _TARGET, note)
    note = f"{NORMAL_RATE:,.0f} messages/s; the server uses {run.cpu_s / run.wall_s:.0%} of its core"
    yield Measure(f"answer to a charger, p99, {where}", run.done["ms_p99"], "ms", note=note)
