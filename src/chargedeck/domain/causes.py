"""Why a limit is what it is, for whoever says it in another language than that of its words.

Numbers are rounded as the words round them, so that a cause changes no more often than they do. Times are
RFC 3339 in UTC; a circuit is its name, and empty for the station's own connection.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class CauseCode(StrEnum):
    """What there is to say; beside each the names of its values, those in brackets not always there."""

    PAUSED = "paused"
    FORBIDDEN_HOURS = "forbidden_hours"
    """[until]"""
    OUTSIDE_ALLOWED_HOURS = "outside_allowed_hours"
    """[until]"""
    START_DELAY = "start_delay"
    """[until], [seconds]"""
    SOLAR_SURPLUS = "solar_surplus"
    """power_kw"""
    ENOUGH_FOR_NOW = "enough_for_now"
    """energy_kwh"""
    CHARGED_AS_PLANNED = "charged_as_planned"
    SOLAR_EXPECTED = "solar_expected"
    """power_kw, at"""
    CHEAPER_LATER = "cheaper_later"
    """price_then, price_now, at, [estimated]"""
    RAISED_SLOWLY = "raised_slowly"
    """current_a"""
    METER_SILENT = "meter_silent"
    """current_a, circuit"""
    CIRCUIT_POWER = "circuit_power"
    """current_a, circuit, power_kw"""
    CIRCUIT_UNBALANCE = "circuit_unbalance"
    """current_a, circuit, unbalance_a"""
    CIRCUIT_FULL = "circuit_full"
    """current_a, circuit, rating_a, phase, [load_a], [minutes], [others_a]"""
    ONE_PHASE = "one_phase"
    SUN = "sun"
    """power_kw, [least_a], [needed_kw]"""
    OPERATOR_ALLOWS = "operator_allows"
    """power_kw"""


Value = float | str


@dataclass(frozen=True, slots=True)
class Cause:
    """A code with its values."""

    code: CauseCode
    values: Mapping[str, Value] = field(default_factory=dict)


def instant(at: datetime) -> str:
    """A time as a value."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
