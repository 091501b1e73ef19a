"""Counts messages and how long their answers took, in little memory; prints nothing."""

import math
from array import array
from dataclasses import dataclass

from chargedeck.simulator.clock import Seconds

_FINEST = 1e-5
_GROWTH = math.log(1.02)
_BUCKETS = 900
"""10 µs · 1.02^900 is beyond nine minutes."""


class Histogram:
    """Times in buckets that are two percent wide."""

    __slots__ = ("_buckets", "count", "longest")

    def __init__(self) -> None:
        self._buckets = array("Q", bytes(8 * _BUCKETS))
        self.count = 0
        self.longest = Seconds(0)

    def add(self, time: Seconds) -> None:
        """Count one."""
        place = int(math.log(max(time, _FINEST) / _FINEST) / _GROWTH)
        self._buckets[min(place, _BUCKETS - 1)] += 1
        self.count += 1
        self.longest = max(self.longest, time)

    def percentile(self, percent: float) -> Seconds:
        """The time that `percent` of all did not exceed, two percent above at most."""
        wanted = math.ceil(self.count * percent / 100)
        seen = 0
        for place, count in enumerate(self._buckets):
            seen += count
            if seen >= wanted > 0:
                return Seconds(min(_FINEST * math.exp(_GROWTH * (place + 1)), self.longest))
        return Seconds(0)


@dataclass(frozen=True, slots=True)
class ActionSummary:
    """The answers to one action."""

    action: str
    count: int
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float


class Statistics:
    """What a run has seen."""

    def __init__(self) -> None:
        self._answered: dict[str, Histogram] = {}
        self.connected = 0
        self.connections_lost = 0
        self.connections_failed = 0
        self.requests_received = 0
        self.refused = 0
        """Our requests that were answered with a CALLERROR."""
        self.unanswered = 0
        self.invalid_answers = 0
        self.unsolicited = 0
        """Answers to nothing that was asked."""

    def answered(self, action: str, time: Seconds) -> None:
        """Count an answer."""
        histogram = self._answered.get(action)
        if histogram is None:
            histogram = self._answered[action] = Histogram()
        histogram.add(time)

    @property
    def answers(self) -> int:
        """All answers to our requests."""
        return sum(histogram.count for histogram in self._answered.values())

    def summary(self) -> list[ActionSummary]:
        """A line per action, the most frequent first."""
        ordered = sorted(self._answered.items(), key=lambda item: -item[1].count)
        return [
            ActionSummary(
                action=action,
                count=histogram.count,
                p50_ms=_milliseconds(histogram.percentile(50)),
                p90_ms=_milliseconds(histogram.percentile(90)),
                p99_ms=_milliseconds(histogram.percentile(99)),
                max_ms=_milliseconds(histogram.longest),
            )
            for action, histogram in ordered
        ]


def _milliseconds(time: Seconds) -> float:
    return round(time * 1000, 3)
