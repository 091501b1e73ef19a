"""Charging profiles: a limit in amperes to what OCPP 1.6 calls it, and back. Pure.

A TxProfile sets a TxDefaultProfile aside, so each carries the whole truth by itself (§3.13.1). Ids are
fixed for each outlet and purpose: a profile always replaces the one that we set before.

Watts say nothing about a single wire unless it is known how many of them a car uses. So what a device keeps
for the time that we are gone is what one phase may carry, whichever car comes; only a session that we watch
may get more, as far as its car has shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from chargedeck.chargers.ocpp.times import written
from chargedeck.chargers.ocpp16.configuration import Configuration, RateUnit
from chargedeck.domain.units import Amps, Volts

NOMINAL = Volts(230)
LEAST_A = Amps(6)
"""Below it no pilot says anything."""

TOLERANCE = 0.005
"""A device that counts in watts gives amperes back with an error of its rounding."""


class Purpose(StrEnum):
    """What a profile is for; the last figure of its id."""

    DEFAULT = "TxDefaultProfile"
    SESSION = "TxProfile"
    DEVICE = "ChargePointMaxProfile"
    """The whole device's: of outlet 0, and never Relative (§3.13.1)."""


_FIGURES = {Purpose.DEFAULT: 1, Purpose.SESSION: 2, Purpose.DEVICE: 3}


class Kind(StrEnum):
    """When a profile's schedule begins. For a single limit without an end both mean the same."""

    RELATIVE = "Relative"
    ABSOLUTE = "Absolute"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A limit to be set; `ref` is the transaction that a session's profile is for.

    At `expires_at`, by our clock, the device is to drop it by itself and fall back to its default.
    """

    purpose: Purpose
    connector: int
    amps: Amps
    ref: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a device wants its profiles; devices differ, so the manners are tried in turn."""

    unit: RateUnit
    kind: Kind
    stack_level: int


@dataclass(frozen=True, slots=True)
class Supply:
    """What an outlet's watts are made of; one phase until a meter has shown more."""

    phases: int = 1
    voltage_v: Volts = NOMINAL
    car: int | None = None
    """On how many of them this car draws; None until it has drawn."""
    refused: bool = False
    """This car did not begin to draw what one phase may carry, so it may need all of them to begin."""

    @property
    def in_use(self) -> int:
        """How many phases watts are spread over, as far as that is known."""
        return self.phases if self.car is None else self.car

    @property
    def of_any_car(self) -> "Supply":
        """The same for whichever car comes next."""
        return replace(self, car=None, refused=False)

    def watts(self, amps: Amps) -> int:
        """The power that is `amps` on each phase in use.

        A car that has not drawn yet may draw all of it on one phase. One that does not begin so is let
        begin on all of them, which takes 6 A on each.
        """
        on_one = amps * self.voltage_v
        if self.car is not None:
            return int(on_one * self.car)
        if self.refused:
            return int(min(on_one * self.phases, max(on_one, LEAST_A * self.voltage_v * self.phases)))
        return int(on_one)


def manners(configuration: Configuration) -> Iterator[Manner]:
    """The manners to try, the likeliest first."""
    levels = sorted({configuration.stack_level, 0}, reverse=True)
    for unit in configuration.rate_units:
        for level in levels:
            for kind in Kind:
                yield Manner(unit, kind, level)


def profile_id(purpose: Purpose, connector: int) -> int:
    """The id of our profile for a purpose at an outlet."""
    return connector * 10 + _FIGURES[purpose]


def limit(amps: Amps, unit: RateUnit, supply: Supply) -> float:
    """The limit's number, never above `amps`: tenths of an ampere, whole watts."""
    if unit is RateUnit.AMPS:
        return float(Decimal(str(amps)).quantize(Decimal("0.1"), ROUND_DOWN))
    return float(supply.watts(amps))


def profile(
    wanted: Wanted, manner: Manner, supply: Supply, *, now: datetime, ahead: timedelta = timedelta(0)
) -> dict[str, Any]:
    """The payload of SetChargingProfile; `ahead` is how far the device's clock is ahead of ours."""
    period: dict[str, Any] = {"startPeriod": 0, "limit": limit(wanted.amps, manner.unit, supply)}
    if manner.unit is RateUnit.WATTS:
        period["numberPhases"] = supply.in_use
    schedule: dict[str, Any] = {"chargingRateUnit": manner.unit.value, "chargingSchedulePeriod": [period]}
    starts_at = now - timedelta(days=1)
    if manner.kind is Kind.ABSOLUTE:
        schedule["startSchedule"] = written(starts_at)
    described: dict[str, Any] = {
        "chargingProfileId": profile_id(wanted.purpose, wanted.connector),
        "stackLevel": manner.stack_level,
        "chargingProfilePurpose": wanted.purpose.value,
        "chargingProfileKind": manner.kind.value,
        "chargingSchedule": schedule,
    }
    if wanted.ref is not None:
        described["transactionId"] = int(wanted.ref)
    if wanted.expires_at is not None:
        ends_at = wanted.expires_at + ahead
        described["validTo"] = written(ends_at)
        if manner.kind is Kind.ABSOLUTE:  # some firmwares look at the one, some at the other
            schedule["duration"] = int((ends_at - starts_at).total_seconds())
    return {"connectorId": wanted.connector, "csChargingProfiles": described}


def composite_query(connector: int, unit: RateUnit) -> dict[str, Any]:
    """The payload of GetCompositeSchedule for what holds now."""
    return {"connectorId": connector, "duration": 60, "chargingRateUnit": unit.value}


def exceeds(answer: Mapping[str, Any], expected: float, unit: RateUnit, supply: Supply) -> bool | None:
    """Whether a composite schedule allows more than was set; None when it does not say.

    A device may answer in the other unit than it was asked for, and -1 for no limit at all.
    """
    schedule = answer.get("chargingSchedule")
    if answer.get("status") != "Accepted" or not isinstance(schedule, dict):
        return None
    periods = schedule.get("chargingSchedulePeriod")
    if not isinstance(periods, list) or not periods or not isinstance(periods[0], dict):
        return None
    found = periods[0].get("limit")
    if not isinstance(found, int | float) or found < 0:
        return None
    told = schedule.get("chargingRateUnit", unit.value)
    per_amp = supply.in_use * supply.voltage_v
    if told != unit.value:
        found = found / per_amp if unit is RateUnit.AMPS else found * per_amp
    return bool(found > expected * (1 + TOLERANCE) + 0.05)
