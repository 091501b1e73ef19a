"""Charging profiles and the limit they make, OCPP 1.6 §3.13; pure, in the charge point's own time."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from chargedeck.domain.units import Amps
from chargedeck.simulator.clock import Instant, Seconds, after, between
from chargedeck.simulator.outlet import NOMINAL_VOLTAGE

UNLIMITED = Amps(math.inf)
NEVER = Instant(math.inf)

_RECURRENCE = {"Daily": Seconds(86_400), "Weekly": Seconds(7 * 86_400)}


class Purpose(StrEnum):
    """What a profile is for."""

    CHARGE_POINT_MAX = "ChargePointMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"


class RateUnit(StrEnum):
    """What the numbers of a schedule count."""

    AMPS = "A"
    WATTS = "W"


@dataclass(frozen=True, slots=True)
class Period:
    """A limit from a point of the schedule on."""

    start: Seconds
    limit: float


@dataclass(frozen=True, slots=True)
class ChargingProfile:
    """One installed profile."""

    profile_id: int
    connector: int
    purpose: Purpose
    stack_level: int
    kind: str
    unit: RateUnit
    periods: tuple[Period, ...]
    starts_at: Instant | None = None
    duration: Seconds | None = None
    recurrency: str | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    transaction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What the limit of one connector depends on beside the profiles."""

    connector: int
    phases: int
    zero: Instant
    """Where schedules without a start of their own begin: the start of the transaction, or now."""
    in_transaction: bool = False
    sharers: int = 1
    """How many connectors share the charge point's own maximum."""


def in_amps(profile: ChargingProfile, limit: float, phases: int) -> Amps:
    """A limit per phase; watts are spread over the phases in use at nominal voltage."""
    return Amps(limit if profile.unit is RateUnit.AMPS else limit / (NOMINAL_VOLTAGE * phases))


def limit_at(profiles: Iterable[ChargingProfile], situation: Situation, at: Instant) -> Amps:
    """The current allowed on a connector: its own profile's, and its share of the charge point's."""
    installed = tuple(profiles)
    own = _winner(installed, situation, at, Purpose.TX)
    own = own or _winner(installed, situation, at, Purpose.TX_DEFAULT)
    whole = _winner(installed, situation, at, Purpose.CHARGE_POINT_MAX)
    limits = [UNLIMITED]
    if own is not None:
        limits.append(in_amps(own[0], own[1], situation.phases))
    if whole is not None:
        limits.append(Amps(in_amps(whole[0], whole[1], situation.phases) / max(situation.sharers, 1)))
    return min(limits)


def next_change(profiles: Iterable[ChargingProfile], situation: Situation, at: Instant) -> Instant:
    """The next moment at which `limit_at` may be another."""
    edges = (edge for profile in profiles for edge in _edges(profile, situation, at))
    return min((edge for edge in edges if edge > at), default=NEVER)


def composite(
    profiles: Iterable[ChargingProfile], situation: Situation, start: Instant, duration: Seconds
) -> list[tuple[Seconds, Amps]]:
    """The limits over a stretch of time as (from, limit), without two alike in a row."""
    installed = tuple(profiles)
    schedule: list[tuple[Seconds, Amps]] = []
    at, end = start, after(start, duration)
    while at < end:
        limit = limit_at(installed, situation, at)
        if not schedule or schedule[-1][1] != limit:
            schedule.append((between(start, at), limit))
        at = next_change(installed, situation, at)
    return schedule


def _winner(
    profiles: tuple[ChargingProfile, ...], situation: Situation, at: Instant, purpose: Purpose
) -> tuple[ChargingProfile, float] | None:
    """The highest stack level that covers `at`; a connector's own profile before one for all of them."""
    if purpose is Purpose.TX and not situation.in_transaction:
        return None
    best: tuple[ChargingProfile, float] | None = None
    for profile in profiles:
        if profile.purpose is not purpose or profile.connector not in (0, situation.connector):
            continue
        limit = _limit_of(profile, situation, at)
        if limit is not None and (best is None or _rank(profile) > _rank(best[0])):
            best = profile, limit
    return best


def _rank(profile: ChargingProfile) -> tuple[int, bool]:
    return profile.stack_level, profile.connector > 0


def _limit_of(profile: ChargingProfile, situation: Situation, at: Instant) -> float | None:
    if (profile.valid_from is not None and at < profile.valid_from) or (
        profile.valid_to is not None and at >= profile.valid_to
    ):
        return None
    start = _start(profile, situation, at)
    elapsed = between(start, at)
    if start == situation.zero:
        elapsed = Seconds(max(elapsed, 0))  # a clock that is set back does not undo what has begun
    if elapsed < 0 or (profile.duration is not None and elapsed >= profile.duration):
        return None
    limit = None
    for period in profile.periods:
        if period.start <= elapsed:
            limit = period.limit
    return limit


def _start(profile: ChargingProfile, situation: Situation, at: Instant) -> Instant:
    """The zero of the schedule that is in force at `at`."""
    if profile.kind == "Relative" or profile.starts_at is None:
        return situation.zero
    every = _RECURRENCE.get(profile.recurrency or "") if profile.kind == "Recurring" else None
    if every is None or at < profile.starts_at:
        return profile.starts_at
    return after(profile.starts_at, Seconds(between(profile.starts_at, at) // every * every))


def _edges(profile: ChargingProfile, situation: Situation, at: Instant) -> Iterator[Instant]:
    if profile.valid_from is not None:
        yield profile.valid_from
    if profile.valid_to is not None:
        yield profile.valid_to
    start = _start(profile, situation, at)
    for period in profile.periods:
        yield after(start, period.start)
    if profile.duration is not None:
        yield after(start, profile.duration)
    if profile.kind == "Recurring" and at >= start:
        yield after(start, _RECURRENCE.get(profile.recurrency or "", Seconds(math.inf)))
