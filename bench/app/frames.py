"""Counts frames: those that came to the screen while a page scrolled, and the turns that it had itself."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Page

from bench.result import Measure, Target

TARGET = Target(59, "at least")
"""Sixty, less what the first and the last frame leave uncertain."""
ONE_LATE_MS, TWO_LATE_MS = 17.0, 33.5
"""Longer than a sixtieth of a second, and longer than two of them."""

_RECORD = """() => {
  const turns = [];
  let on = true;
  const turn = (at) => { turns.push(at); if (on) requestAnimationFrame(turn); };
  requestAnimationFrame(turn);
  window.endRecord = () => { on = false; return turns; };
}"""
_END_RECORD = "() => window.endRecord()"
_CATEGORIES = ["disabled-by-default-devtools.timeline.frame"]
_REPORT = "PipelineReporter"


@dataclass(frozen=True, slots=True)
class Frames:
    """When frames began, in ms, in one or more stretches that have nothing to do with one another."""

    stretches: tuple[tuple[float, ...], ...]

    @property
    def gaps_ms(self) -> list[float]:
        """From each frame to the next."""
        return [after - before for stretch in self.stretches for before, after in pairwise(stretch)]

    @property
    def per_second(self) -> float:
        """How many there were a second."""
        gaps = self.gaps_ms
        return len(gaps) / sum(gaps) * 1e3

    def share_over(self, longest_ms: float) -> float:
        """How many of the frames came later than so long after the one before."""
        gaps = self.gaps_ms
        return sum(gap > longest_ms for gap in gaps) / len(gaps)


def turns(page: Page, works: Iterable[Callable[[], object]]) -> Frames:
    """The turns of a page while each of the works is done: what its own code could have drawn."""
    return Frames(tuple(_turns(page, work) for work in works))


def _turns(page: Page, work: Callable[[], object]) -> tuple[float, ...]:
    page.evaluate(_RECORD)
    work()
    return tuple(page.evaluate(_END_RECORD))


def scrolled(browser: Browser, page: Page, works: Iterable[Callable[[], object]]) -> Frames:
    """The frames in which a scrolled page moved on the screen while each of the works is done."""
    return Frames(tuple(_scrolled(browser, page, work) for work in works))


def _scrolled(browser: Browser, page: Page, work: Callable[[], object]) -> tuple[float, ...]:
    browser.start_tracing(page=page, categories=_CATEGORIES)
    work()
    events: Sequence[Mapping[str, Any]] = json.loads(browser.stop_tracing())["traceEvents"]
    # A frame is told of once more where what the page has drawn comes later than the scrolling.
    began = {event["ts"] / 1e3 for event in events if event["name"] == _REPORT and _moved(event)}
    if not began:
        raise RuntimeError("nothing was scrolled")
    return tuple(sorted(began))


def _moved(event: Mapping[str, Any]) -> bool:
    told = event["args"].get("frame_reporter", {})
    return told.get("state", "").startswith("STATE_PRESENTED") and told["scroll_state"] != "SCROLL_NONE"


def measures(frames: Frames, where: str, target: Target | None) -> Iterator[Measure]:
    """The rows of the table."""
    yield Measure(
        f"frames, {where}", frames.per_second, "a second", target, f"{len(frames.gaps_ms):,} frames"
    )
    yield Measure(f"frames over 17 ms, {where}", frames.share_over(ONE_LATE_MS) * 100, "%")
    yield Measure(f"frames over 33 ms, {where}", frames.share_over(TWO_LATE_MS) * 100, "%")
