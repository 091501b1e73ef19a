"""How long it took from a charger's frame to a reader's event: joins what was sent with what was seen."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.histogram import Histogram

_GIVEN_UP_US = 20_000_000
_STILL_UNDERWAY_US = 2_000_000


@dataclass(slots=True)
class Delays:
    """Times from frame to event, for samples and for changes of status; `unseen` never reached a reader."""

    samples: Histogram = field(default_factory=Histogram)
    statuses: Histogram = field(default_factory=Histogram)
    unseen: int = 0

    def summary(self) -> dict[str, Any]:
        """All of it, for the results."""
        kinds = {"samples": self.samples, "statuses": self.statuses}
        return {"unseen": self.unseen} | {
            name: {
                "count": times.total,
                "ms_p50": times.quantile_ms(0.5),
                "ms_p90": times.quantile_ms(0.9),
                "ms_p99": times.quantile_ms(0.99),
                "ms_max": times.longest / 1e3,
            }
            for name, times in kinds.items()
        }


def joined(marks: Path, seen: Path, readers: int) -> Delays:
    """Put each event to the last frame before it that carried the same mark of the same charger."""
    sent: dict[tuple[int, int], list[int]] = {}
    for charger, mark, at in _rows(marks, 3):
        sent.setdefault((charger, mark), []).append(at)
    delays, met = Delays(), set[tuple[int, int, int, int]]()
    last = 0
    for reader, charger, mark, at in _rows(seen, 4):
        last = max(last, at)
        frame_at = max((each for each in sent.get((charger, mark), ()) if each <= at), default=None)
        key = (reader, charger, mark, frame_at or 0)
        if frame_at is None or at - frame_at > _GIVEN_UP_US or key in met:
            continue
        met.add(key)
        (delays.samples if mark > 0 else delays.statuses).add(at - frame_at)
    settled = {
        (charger, mark, at)
        for (charger, mark), times in sent.items()
        for at in times
        if at < last - _STILL_UNDERWAY_US
    }
    if not delays.samples.total or not delays.statuses.total:
        raise RuntimeError(f"nothing to measure: {delays.summary()}")
    delays.unseen = len(settled) * readers - sum(key[1:] in settled for key in met)
    return delays


def _rows(path: Path, width: int) -> Iterator[tuple[int, ...]]:
    numbers = array("q")
    numbers.frombytes(path.read_bytes())
    rows = iter(numbers)
    return zip(*[rows] * width, strict=True)
