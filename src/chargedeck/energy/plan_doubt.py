"""How far solar and load stray from what was expected, learned from both, and what surplus that leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from chargedeck.domain.units import Ratio, Watts

_TRUST = 48
"""So many slots of experience weigh as much as the spread that was assumed before any."""

_DARK = Watts(50)
"""Below this an expectation says nothing: sunrise and fog are not errors of a forecast."""

_FURTHEST = 1.5
"""No single slot teaches more than this, as a logarithm: a snowed-in roof is not the rule."""


def _middles(count: int) -> tuple[float, ...]:
    normal = NormalDist()
    return tuple(normal.inv_cdf((place + 0.5) / count) for place in range(count))


_SOLAR, _LOAD = _middles(7), _middles(5)


@dataclass(frozen=True, slots=True)
class Doubt:
    """The ratio of what came to what was expected, as a lognormal that begins with an assumption."""

    assumed: Ratio
    slots: int = 0
    sum_log: float = 0.0
    sum_square: float = 0.0

    @property
    def bias(self) -> float:
        """The mean logarithm of the ratio."""
        return self.sum_log / (_TRUST + self.slots)

    @property
    def spread(self) -> float:
        """The standard deviation of the logarithm."""
        square = (_TRUST * self.assumed**2 + self.sum_square) / (_TRUST + self.slots)
        return sqrt(max(0.0, square - self.bias**2))

    def after(self, expected_w: Watts, came_w: Watts) -> "Doubt":
        """What is believed once one more slot is over."""
        if expected_w < _DARK or came_w <= 0:
            return self
        ratio = max(-_FURTHEST, min(_FURTHEST, log(came_w / expected_w)))
        return Doubt(self.assumed, self.slots + 1, self.sum_log + ratio, self.sum_square + ratio**2)


SOLAR_DOUBT = Doubt(Ratio(0.3))
LOAD_DOUBT = Doubt(Ratio(0.4))


def surpluses(solar_w: Watts, load_w: Watts, solar: Doubt, load: Doubt) -> tuple[Watts, ...]:
    """Surpluses that a slot may bring, each as likely as the other; one in the dark or without doubt."""
    none = (Watts(0),)
    if solar_w < _DARK:
        return none
    if solar.spread == load.spread == 0.0:
        return (Watts(max(0.0, solar_w * exp(solar.bias) - load_w * exp(load.bias))),)
    loads = _around(load_w, load, _LOAD)
    each = sorted(max(0.0, sun - used) for sun in _around(solar_w, solar, _SOLAR) for used in loads)
    if each[-1] <= 0:
        return none
    size = len(loads)
    return tuple(Watts(sum(each[place : place + size]) / size) for place in range(0, len(each), size))


def _around(expected_w: Watts, doubt: Doubt, places: Sequence[float]) -> list[float]:
    bias, spread = doubt.bias, doubt.spread
    return [expected_w * exp(bias + spread * place) for place in places]
