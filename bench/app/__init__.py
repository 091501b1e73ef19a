"""The web app in a real browser: what Lighthouse says, and whether it keeps sixty frames a second."""

from collections.abc import Callable, Collection, Mapping

from bench.app import audits, scrolling, watching
from bench.result import Result
from bench.stages.stage import Found

STAGES: Mapping[str, Callable[..., Found]] = {
    "lighthouse": audits.measured,
    "scrolling": scrolling.measured,
    "watching": watching.measured,
}


def run(*, quick: bool, only: Collection[str] = ()) -> Result:
    """Measure one stage after the other, all of them unless some are named."""
    found = {}
    for name, measured in STAGES.items():
        if not only or name in only:
            print(f"  {name} …", flush=True)
            found[name] = measured(quick=quick)
    return Result(
        "app",
        tuple(measure for stage in found.values() for measure in stage.measures),
        {name: stage.details for name, stage in found.items()},
    )
