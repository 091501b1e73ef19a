"""OCPP charging profiles in our own words: which limit one states at an instant; it compares none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.units import Volts

DEFAULT_PHASES = 3
"""OCPP assumes three phases where a period does not say how many."""


class InvalidProfileError(ChargeDeckError):
    """A charging profile that the specification does not allow."""

    code = "invalid_profile"


class Purpose(StrEnum):
    """What a profile limits; OCPP 1.6 calls the first ChargePointMaxProfile."""

    STATION_MAX = "station_max"
    EXTERNAL_CONSTRAINTS = "external_constraints"
    TX_DEFAULT = "tx_default"
    TX = "tx"


class Kind(StrEnum):
    """What a schedule's seconds count from."""

    ABSOLUTE = "absolute"
    DAILY = "daily"
    WEEKLY = "weekly"
    RELATIVE = "relative"


class Unit(StrEnum):
    """What a limit is given in: amperes on each phase, or watts on all together."""

    AMPS = "A"
    WATTS = "W"


RECURRENCE = {Kind.DAILY: timedelta(days=1), Kind.WEEKLY: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class LimitPeriod:
    """A limit from a time after the schedule's start until the next one."""

    after: timedelta
    limit: float
    phases: int | None = None

    def in_unit(self, given: Unit, wanted: Unit, volts: Volts) -> float:
        """The limit in another unit: watts are amperes times phases times volts."""
        if given == wanted:
            return self.limit
        per_amp = (self.phases or DEFAULT_PHASES) * volts
        return self.limit * per_amp if wanted == Unit.WATTS else self.limit / per_amp


@dataclass(frozen=True, slots=True)
class Profile:
    """A charging profile as it was installed on an EVSE, or on all of them with 0.

    An absolute schedule without a start counts from the start of the transaction, as a relative one does
    (OCPP 1.6 §7.13, `startSchedule`).
    """

    evse: int
    purpose: Purpose
    stack_level: int
    kind: Kind
    unit: Unit
    periods: tuple[LimitPeriod, ...]
    start: datetime | None = None
    duration: timedelta | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    transaction: str | None = None

    def __post_init__(self) -> None:
        if not self.periods or self.periods[0].after != timedelta(0):
            raise InvalidProfileError("The first period of a schedule must start at 0 s")
        if any(one.after >= other.after for one, other in zip(self.periods, self.periods[1:], strict=False)):
            raise InvalidProfileError("The periods of a schedule must start one after the other")
        if self.kind in RECURRENCE and self.start is None:
            raise InvalidProfileError("A recurring schedule must say when it starts")
        if self.purpose == Purpose.STATION_MAX and (self.evse != 0 or self.kind == Kind.RELATIVE):
            raise InvalidProfileError("A station's maximum belongs to EVSE 0 and is not relative")
        if self.purpose == Purpose.TX and self.evse == 0:
            raise InvalidProfileError("A transaction's profile belongs to the EVSE of the transaction")

    def at(self, instant: datetime, charging_since: datetime | None) -> LimitPeriod | None:
        """The period in force, or None where the profile says nothing."""
        began = self._began(instant, charging_since)
        if began is None or not self._valid(instant):
            return None
        passed = instant - began
        if passed < timedelta(0) or (self.duration is not None and passed >= self.duration):
            return None
        return next(period for period in reversed(self.periods) if period.after <= passed)

    def changes(self, start: datetime, end: datetime, charging_since: datetime | None) -> Iterator[datetime]:
        """Every instant between start and end at which what it says may change."""
        for instant in self._all_changes(start, end, charging_since):
            if start < instant < end:
                yield instant

    def _all_changes(
        self, start: datetime, end: datetime, charging_since: datetime | None
    ) -> Iterator[datetime]:
        yield from (edge for edge in (self.valid_from, self.valid_to) if edge is not None)
        began = self._began(start, charging_since)
        again = RECURRENCE.get(self.kind)
        while began is not None and began < end:
            yield from (began + period.after for period in self.periods)
            if self.duration is not None:
                yield began + self.duration
            began = None if again is None else began + again

    def _began(self, instant: datetime, charging_since: datetime | None) -> datetime | None:
        if self.kind == Kind.RELATIVE or self.start is None:
            return charging_since
        again = RECURRENCE.get(self.kind)
        if again is None or instant < self.start:
            return self.start
        return instant - (instant - self.start) % again

    def _valid(self, instant: datetime) -> bool:
        return (self.valid_from is None or self.valid_from <= instant) and (
            self.valid_to is None or instant < self.valid_to
        )
