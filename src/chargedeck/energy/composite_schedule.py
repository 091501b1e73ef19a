"""The composite schedule of an EVSE: what all of its charging profiles together allow; it sends nothing.

Within a purpose the highest stack level that says something about an instant wins, and what it leaves
open falls through to the next one. A transaction's profile goes before the default for transactions. The
result is the lowest of what the transaction, the station's maximum and external constraints allow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.units import Volts
from chargedeck.energy.charging_profile import LimitPeriod, Profile, Purpose, Unit
from chargedeck.energy.circuits import NOMINAL_VOLTAGE


@dataclass(frozen=True, slots=True)
class Transaction:
    """What charges at the EVSE, and since when."""

    id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: an EVSE, or the station with 0, for a time and in a unit."""

    evse: int
    start: datetime
    duration: timedelta
    unit: Unit = Unit.AMPS
    volts: Volts = NOMINAL_VOLTAGE

    @property
    def end(self) -> datetime:
        """The first instant that is not asked about."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed from a time after the window's start until the next; without a limit, anything."""

    after: timedelta
    limit: float | None
    phases: int | None = None


def composite_schedule(
    profiles: Iterable[Profile], window: Window, transaction: Transaction | None = None
) -> tuple[Allowed, ...]:
    """What the profiles allow in a window, as few periods as can say it."""
    here = [profile for profile in profiles if _concerns(profile, window.evse, transaction)]
    here.sort(key=lambda profile: (-profile.stack_level, profile.evse == 0))
    since = transaction.since if transaction else None
    instants = {window.start}
    for profile in here:
        instants.update(profile.changes(window.start, window.end, since))
    periods: list[Allowed] = []
    for instant in sorted(instants):
        allowed = _allowed(here, instant, window, since)
        if not periods or (periods[-1].limit, periods[-1].phases) != (allowed.limit, allowed.phases):
            periods.append(allowed)
    return tuple(periods)


def _concerns(profile: Profile, evse: int, transaction: Transaction | None) -> bool:
    match profile.purpose:
        case Purpose.STATION_MAX:
            return True
        case Purpose.EXTERNAL_CONSTRAINTS:
            return profile.evse in {0, evse}
        case Purpose.TX_DEFAULT:
            return evse != 0 and profile.evse in {0, evse}
        case _:
            mine = transaction is not None and profile.transaction in {None, transaction.id}
            return mine and profile.evse == evse


def _allowed(
    profiles: Sequence[Profile], instant: datetime, window: Window, since: datetime | None
) -> Allowed:
    said = {purpose: _said(profiles, purpose, instant, since) for purpose in Purpose}
    said[Purpose.TX_DEFAULT] = None if said[Purpose.TX] else said[Purpose.TX_DEFAULT]
    limits = [
        (period.in_unit(profile.unit, window.unit, window.volts), period.phases)
        for profile, period in filter(None, said.values())
    ]
    phases = [count for _, count in limits if count is not None]
    return Allowed(
        instant - window.start, min((limit for limit, _ in limits), default=None), min(phases, default=None)
    )


def _said(
    profiles: Sequence[Profile], purpose: Purpose, instant: datetime, since: datetime | None
) -> tuple[Profile, LimitPeriod] | None:
    """What the highest stack level says that says anything."""
    for profile in profiles:
        if profile.purpose == purpose and (period := profile.at(instant, since)) is not None:
            return profile, period
    return None
