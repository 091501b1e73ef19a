"""How much a car deserves when there is not enough for all; it knows no circuit."""

from datetime import timedelta

from chargedeck.domain.units import WattHours, Watts

LAST_MINUTES = timedelta(minutes=10)
"""A car that leaves sooner, or should have left, does not weigh more than one that leaves then."""

LEAST = Watts(100)
"""A car that has what it needs still gets a share, after the others."""


def urgency(needed: WattHours, left: timedelta) -> float:
    """The power that gives a car what it needs in the time that is left: its weight in watts.

    Weighed by power and not by current, a car on three phases gets more amperes than one on a single
    phase with the same wish, and no phase stays empty because another one is short.
    """
    hours = max(left, LAST_MINUTES) / timedelta(hours=1)
    return float(max(LEAST, needed / hours))
