"""Counts durations within one part in a thousand, in memory that does not grow."""

_FINE = 2048
_HALF = _FINE // 2
_LONGEST_US = 2**32 - 1


class Histogram:
    """Microseconds, exact below 2,048, then in steps of less than a thousandth of their size."""

    __slots__ = ("_counts", "longest", "total")

    def __init__(self) -> None:
        self._counts = [0] * (_FINE + _HALF * (_LONGEST_US.bit_length() - 11))
        self.total = 0
        self.longest = 0

    def add(self, microseconds: int) -> None:
        """Count one duration; a negative one (clocks of two processes) counts as none at all."""
        if microseconds < 0:
            microseconds = 0
        elif microseconds > _LONGEST_US:
            microseconds = _LONGEST_US
        self.total += 1
        if microseconds > self.longest:  # noqa: PLR1730  (a third of the price of max(), on the hot path)
            self.longest = microseconds
        self._counts[_place(microseconds)] += 1

    def merge(self, other: "Histogram") -> None:
        """Take over what another one has counted."""
        theirs = other._counts  # noqa: SLF001  (the same class)
        self.total += other.total
        self.longest = max(self.longest, other.longest)
        self._counts = [mine + more for mine, more in zip(self._counts, theirs, strict=True)]

    def quantile_ms(self, share: float) -> float:
        """Milliseconds that this share of all durations does not exceed; 0 when there are none."""
        wanted, seen = share * self.total, 0
        for place, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min(_value(place), self.longest) / 1e3
        return 0.0


def _place(microseconds: int) -> int:
    if microseconds < _FINE:
        return microseconds
    shift = microseconds.bit_length() - 11
    return _FINE + (shift - 1) * _HALF + (microseconds >> shift) - _HALF


def _value(place: int) -> float:
    if place < _FINE:
        return place
    step, within = divmod(place - _FINE, _HALF)
    return (within + _HALF + 0.5) * (2 << step)
