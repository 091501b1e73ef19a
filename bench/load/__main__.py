"""`python -m bench.load -n 1000 -t 10 ws://127.0.0.1:9000/ocpp/`: load an OCPP 1.6J central system.

Prints one line of JSON a phase: connect, connected, load, measure, done.
"""

import argparse
import gc
import json
import resource
import time
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.histogram import Histogram
from bench.load import pace
from bench.load.cycle import ACTIONS
from bench.load.swarm import Swarm
from bench.machine import allow_open_files

_SETTLE_S = 3.0
_SETTLE_PACED_S = 20.0
"""At a fixed rate charge points would stay together, and say the same at the same time, for ever."""


def main() -> int:
    """Connect, load, report; 1 when not all charge points came through."""
    asked = _arguments()
    allow_open_files(asked.n + 100)
    gc.disable()  # the load makes no cycles, and a pause of ours would be counted as the server's
    url = urlsplit(asked.url)
    server = pace.Server(url.hostname or "127.0.0.1", url.port or 80, url.path)
    marks: array[int] | None = array("q") if asked.marks else None
    swarm = Swarm(asked.m, marks)
    _connect(swarm, server, asked)
    pace.hold(swarm, asked.H)
    pace.settle(swarm, _SETTLE_PACED_S if asked.r else _SETTLE_S)
    say("load")
    began = _Began(swarm)
    if asked.r:
        pace.open_loop(swarm, asked.r, asked.w, asked.t, began)
    else:
        pace.closed_loop(swarm, asked.w, asked.t, began)
    say("done", **_report(swarm, asked, began))
    if marks is not None:
        asked.marks.write_bytes(marks.tobytes())
    pace.hold(swarm, asked.linger)
    return 0 if swarm.ready == asked.n else 1


def say(phase: str, **facts: Any) -> None:
    """Tell whoever reads our output how far we are."""
    print(json.dumps({"phase": phase, **facts}), flush=True)


class _Began:
    """Starts the measuring, once, and remembers when."""

    def __init__(self, swarm: Swarm) -> None:
        self._swarm = swarm
        self.at = self.cpu = 0.0

    def __call__(self) -> None:
        self.at, self.cpu = time.monotonic(), _cpu_s()
        self._swarm.measuring, self._swarm.tally.calls = True, 0
        say("measure")


def _connect(swarm: Swarm, server: pace.Server, asked: argparse.Namespace) -> None:
    say("connect", n=asked.n)
    started = time.monotonic()
    pace.connect(swarm, server, asked.n, asked.i)
    took = time.monotonic() - started
    say(
        "connected",
        ready=swarm.ready,
        failed=asked.n - swarm.ready,
        seconds=round(took, 3),
        conn_boot_per_s=round(swarm.ready / took, 1),
        boot_ms_p50=swarm.boot_latency.quantile_ms(0.5),
        boot_ms_p99=swarm.boot_latency.quantile_ms(0.99),
    )


def _report(swarm: Swarm, asked: argparse.Namespace, began: _Began) -> dict[str, Any]:
    seconds = max(time.monotonic() - began.at, 1e-9) if began.at else float(asked.t)
    tally, whole = swarm.tally, Histogram()
    for latency in tally.latency:
        whole.merge(latency)
    waiting = [point.scheduled_ns for point in swarm.points if point.expected is not None]
    overdue = [due for point in swarm.points for due in point.due]
    oldest_ns = time.monotonic_ns() - min(waiting + overdue, default=time.monotonic_ns())
    return {
        "n": asked.n,
        "alive": swarm.ready,
        "seconds": round(seconds, 3),
        "ok": tally.results,
        "callerrors": tally.errors,
        "msgs_per_s": round((tally.results + tally.errors) / seconds, 1),
        **_quantiles(whole),
        "ms_max": whole.longest / 1e3,
        "dropped_conns": tally.lost,
        "unexpected": tally.unexpected,
        "csms_calls": tally.calls,
        "pending": len(waiting) + len(overdue),
        "oldest_pending_ms": round(oldest_ns / 1e6, 1),
        "client_cpu_s": round(_cpu_s() - began.cpu, 2),
        "per_action": {
            action: {"count": latency.total, **_quantiles(latency)}
            for action, latency in zip(ACTIONS, tally.latency, strict=True)
        },
    }


def _quantiles(latency: Histogram) -> dict[str, float]:
    shares: Sequence[tuple[str, float]] = (
        ("ms_p50", 0.5), ("ms_p90", 0.9), ("ms_p99", 0.99), ("ms_p999", 0.999),
    )  # fmt: skip
    return {name: round(latency.quantile_ms(share), 3) for name, share in shares}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("-n", type=int, default=100, help="charge points")
    parser.add_argument("-t", type=float, default=5.0, help="seconds to measure")
    parser.add_argument("-w", type=float, default=1.0, help="seconds to warm up before")
    parser.add_argument("-r", type=float, default=0.0, help="messages a second in all (default: closed loop)")
    parser.add_argument("-m", type=int, default=8, help="samples in a session")
    parser.add_argument("-H", type=float, default=0.0, help="seconds to stay idle after connecting")
    parser.add_argument("-i", default="LG", help="the ids' prefix")
    parser.add_argument("--linger", type=float, default=0.0, help="seconds to stay connected afterwards")
    parser.add_argument("--marks", type=Path, help="file for what was sent when: index, mark, microsecond")
    parser.add_argument("url", help="ws://host:port/path/")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
