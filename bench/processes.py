"""Starts the programs that are measured, each on its core, and reads what they cost from the kernel."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.machine import children_on

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_STOP_TIMEOUT_S = 10
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in KiB; `proportional` counts pages that are shared by their share."""

    resident_kib: int
    proportional_kib: int


class Process:
    """A running program."""

    def __init__(self, popen: "subprocess.Popen[str]", errors: IO[str]) -> None:
        self.popen = popen
        self.started_at = time.monotonic()
        self._errors = errors

    def cpu_s(self) -> float:
        """Seconds of a core used so far, by all its threads, in user and kernel mode."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _TICK_S

    def memory(self) -> Memory:
        """What it holds now."""
        lines = Path(f"/proc/{self.popen.pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
        sizes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
        return Memory(resident_kib=sizes["Rss"], proportional_kib=sizes["Pss"])

    def check(self) -> None:
        """Raise when it has ended, with the last it said."""
        if self.popen.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.popen.returncode}:\n{self.said()}")

    @property
    def name(self) -> str:
        """Its command, short."""
        words = [str(word) for word in self.popen.args]  # type: ignore[union-attr]
        return " ".join(Path(word).name for word in words[:3])

    def said(self) -> str:
        """The end of what it wrote to stderr."""
        self._errors.seek(0)
        return self._errors.read()[-4000:]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, kindly first."""
        if self.popen.poll() is None:
            self.popen.send_signal(how)
            try:
                self.popen.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()


@contextmanager
def started(
    command: Sequence[str | Path],
    *,
    core: int | None,
    environment: Mapping[str, str] | None = None,
    talks: bool = False,
) -> Iterator[Process]:
    """Run a program on one core (None: on all) until the block is left; with `talks`, it has pipes."""
    pipe = subprocess.PIPE if talks else subprocess.DEVNULL
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        with nullcontext() if core is None else children_on(core):
            popen = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=None if environment is None else dict(environment),
                stdin=pipe,
                stdout=pipe,
                stderr=errors,
                text=True,
            )
        process = Process(popen, errors)
        try:
            yield process
        finally:
            process.stop()
            for end in (popen.stdin, popen.stdout):
                if end is not None:
                    end.close()


def module(name: str, *arguments: object) -> list[str]:
    """The command that runs one of our modules."""
    return [sys.executable, "-m", name, *map(str, arguments)]
