"""Runs readers of the event stream beside a load: many that only drain it, a few that read along."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.processes import Process, module, started
from bench.product import Product


@dataclass(slots=True)
class Audience:
    """The readers; `done` says what they took once the block is left."""

    readers: int
    done: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def audience(
    product: Product, core: int, readers: int, seen: Path | None = None, attentive: int = 10
) -> Iterator[Audience]:
    """Open so many readers; with `seen`, `attentive` ones of them, the last, read along into that file."""
    group = Audience(readers)
    environment = dict(os.environ) | {"BENCH_TOKEN": product.tokens["viewer"]}
    jobs: list[list[str]] = []
    if seen is None:
        attentive = 0
    jobs.append(module("bench.readers", "--count", readers - attentive, product.events_url))
    if attentive:
        jobs.append(module("bench.readers", "--count", attentive, "--seen", seen, product.events_url))
    with ExitStack() as stack:
        running = []
        for job in jobs:
            process = stack.enter_context(started(job, core=core, environment=environment, talks=True))
            _said(process)
            running.append(process)
        yield group
        for process in running:
            _close(process)
            group.done.append(_said(process))
            process.popen.wait(30)


def _close(process: Process) -> None:
    if process.popen.stdin is not None:
        process.popen.stdin.close()


def _said(process: Process) -> dict[str, Any]:
    line = process.popen.stdout.readline() if process.popen.stdout else ""
    if not line:
        process.popen.wait(10)
        raise RuntimeError(f"the readers ended early:\n{process.said()}")
    said: dict[str, Any] = json.loads(line)
    if said.get("refused"):
        raise RuntimeError(f"readers were refused:\n{process.said()}")
    return said
