"""`python -m bench [name…] [--quick]`: run benchmarks, write their results, print their tables."""

import argparse
import importlib
import signal
import sys

from rich.console import Console

from bench import machine
from bench.result import Result, shown, written

BENCHMARKS = ("storage", "ocpp", "lektrico", "energy", "exports", "history", "app")
"""Each is a module with `run(*, quick: bool) -> Result`."""
OPEN_FILES = 12_000


def main() -> int:
    """Run what was asked for; all of it when nothing was."""
    asked = _arguments()
    console = Console(width=None if sys.stdout.isatty() else 150)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that no server is left behind
    machine.allow_open_files(OPEN_FILES)
    facts = machine.facts()
    for name in asked.names or BENCHMARKS:
        console.print(f"[bold]{name}[/] …")
        some = {"only": asked.only} if asked.only else {}
        size = {"sessions": asked.sessions} if asked.sessions and name == "history" else {}
        result: Result = importlib.import_module(f"bench.{name}").run(quick=asked.quick, **some, **size)
        if not some:
            written(result, facts, quick=asked.quick)
        shown(result, console)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument(
        "--quick", action="store_true", help="shorter stages: does it run, not how fast is it"
    )
    parser.add_argument("--only", action="append", help="a single stage; shown, not written")
    parser.add_argument("--sessions", type=int, help="how long the history is that `history` makes")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
