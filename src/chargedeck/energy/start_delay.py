"""The random delay of scheduled starts, so that not every car of a town starts at the same second.

The chance comes from a seed that is given: the same seed, charger and start make the same delay.
"""

from datetime import datetime, timedelta

from chargedeck.domain.causes import Cause, CauseCode
from chargedeck.domain.limits import LimitReason, Rung
from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import NO_CURRENT, ChargerId

DEFAULT_AT_MOST = timedelta(seconds=600)
LONGEST_AT_MOST = timedelta(seconds=1800)
"""What a charge point must be able to be set to (UK Smart Charge Points Regulations 2021)."""

_SECOND = timedelta(seconds=1)
_WORD = (1 << 64) - 1


def start_delay(
    seed: int, charger: ChargerId, starts_at: datetime, at_most: timedelta = DEFAULT_AT_MOST
) -> timedelta:
    """How much later than planned a charger starts, in whole seconds."""
    if not timedelta(0) <= at_most <= LONGEST_AT_MOST:
        longest = LONGEST_AT_MOST.total_seconds()
        raise OutOfRangeError("random_delay_s", at_most.total_seconds(), 0, longest)
    state = _mixed(seed & _WORD)
    for number in (*charger.encode(), int(starts_at.timestamp())):
        state = _mixed(state ^ number)
    return state % (at_most // _SECOND + 1) * _SECOND


def delay_rung(now: datetime, starts_at: datetime, delay: timedelta) -> Rung | None:
    """What holds a charger until its delay is over; before its start the schedule does."""
    if not starts_at <= now < starts_at + delay:
        return None
    left = round((starts_at + delay - now).total_seconds())
    words, cause = f"random delay: starts in {left} s", Cause(CauseCode.START_DELAY, {"seconds": left})
    return Rung(LimitReason.SCHEDULE, NO_CURRENT, words, cause)


def _mixed(word: int) -> int:
    """One step of SplitMix64: every bit of the input changes half the bits of the output."""
    word = (word + 0x9E3779B97F4A7C15) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)
