"""The ten errors and how much each one matters."""

from datetime import UTC, datetime
from itertools import combinations

import pytest

from chargedeck.domain.errors import ActiveError, ErrorType, Severity, severity, worst

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

SEVERITIES = {
    "car_error": "error",
    "device_hot": "warning",
    "critical_temperature": "error",
    "overcurrent": "error",
    "voltage_out_of_range": "error",
    "residual_current": "error",
    "system_error": "error",
    "metering_error": "error",
    "relay_failure": "danger",
    "ev_communication_error": "error",
}


def test_there_are_ten_with_fixed_ids() -> None:
    assert {error.value for error in ErrorType} == set(SEVERITIES)


@pytest.mark.parametrize(("error", "word"), SEVERITIES.items())
def test_each_has_its_severity(error: str, word: str) -> None:
    assert severity(ErrorType(error)).word == word


def test_the_worst_of_several_counts() -> None:
    assert worst(()) is None
    assert Severity.WARNING < Severity.ERROR < Severity.DANGER
    for some in combinations(ErrorType, 3):
        active = tuple(ActiveError(error, "", NOON) for error in some)
        assert worst(active) == max(severity(error) for error in some)
