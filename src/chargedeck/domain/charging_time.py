"""Charging time across a silence, in which nobody counted it: what the register says of it afterwards.

While we are away, nobody tells us when energy flows; the meter counts on, though. A session's energy and
its charging time must cover the same stretch of time, or their quotient is no power that any car draws.
"""

from datetime import datetime
from typing import NamedTuple

from chargedeck.domain.units import WattHours, Watts

SLOWEST = Watts(720)
"""What a car draws at the least while it charges: 6 A on one phase of 120 V."""


class Silence(NamedTuple):
    """From when on nobody counted, and what the register had said by then."""

    since: datetime
    register_wh: WattHours
    until: datetime | None = None
    """When somebody began to count again; None while nobody does."""


def flowed_s(
    silence: Silence, register_wh: WattHours, told_at: datetime, power_w: Watts | None = None
) -> float:
    """For how long energy flowed in a silence, in seconds, by a register that was told at `told_at`.

    All of it where the register rose, but no longer than the slowest car takes to draw as much. What has
    been drawn since the silence ended, at `power_w`, is none of it.
    """
    end = told_at if silence.until is None else min(told_at, silence.until)
    lasted_s = max(0.0, (end - silence.since).total_seconds())
    since_s = max(0.0, (told_at - end).total_seconds())
    grown_wh = register_wh - silence.register_wh - (power_w or 0.0) * since_s / 3_600
    return min(lasted_s, max(0.0, grown_wh) * 3_600 / SLOWEST)


def broken(silence: Silence, register_wh: WattHours, told_at: datetime) -> Silence:
    """What is left of a silence after a register of its own time, which a device tells us late."""
    return silence._replace(since=max(silence.since, told_at), register_wh=register_wh)
