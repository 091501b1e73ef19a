"""Messages a second through the whole path, beside a bare server and one made with the `ocpp` package."""

from collections.abc import Iterator

from bench.audience import audience
from bench.loading import Plan, Run, load
from bench.product import product
from bench.result import Measure, Target
from bench.stages.stage import NORMAL, PACKAGE, PEERS, PRODUCT, Conditions, Found, peer

_SIZES = (200, 1_000, 3_000)
_READERS = 100
_TARGET = Target(30_000, "at least")


def measured(conditions: Conditions) -> Found:
    """Measure all servers at one size before the next size: what the machine does hits them alike."""
    sizes = {size: dict(_side_by_side(size, conditions)) for size in _SIZES}
    return Found(
        tuple(measure for size, runs in sizes.items() for measure in _measures(size, runs)),
        {str(size): {name: run.summary() for name, run in runs.items()} for size, runs in sizes.items()}
        | {"readers": _READERS},
    )


def _side_by_side(size: int, conditions: Conditions) -> Iterator[tuple[str, Run]]:
    plan, cores = Plan(size, conditions.seconds, conditions.warm_up_s), conditions.cores
    for name in PEERS:
        with peer(name, cores) as (process, url):
            yield name, load(process, url, plan, cores.load).checked()
    with product(cores.server, ["viewer"]) as server, audience(server, cores.load, _READERS):
        yield PRODUCT, load(server.process, server.ocpp_url, plan, cores.load).checked()


def _measures(size: int, runs: dict[str, Run]) -> Iterator[Measure]:
    where = f"{size:,} chargers"
    for name, run in runs.items():
        target = _TARGET if name == PRODUCT and size == NORMAL else None
        p50, p99 = run.done["ms_p50"], run.done["ms_p99"]
        note = f"{run.per_second:,.0f}/s, answers p50 {p50:.1f} ms, p99 {p99:.1f} ms"
        yield Measure(f"{name}, {where}", run.per_cpu_second, "messages/CPU-s", target, note)
    for name in PEERS:
        ratio = runs[PRODUCT].per_cpu_second / runs[name].per_cpu_second
        note = "which validates, and stores nothing" if name == PACKAGE else "which only answers"
        yield Measure(f"{PRODUCT} to {name}, {where}", ratio, "times", note=note)
