"""A car that takes less than it may is told of only once it has settled."""

from datetime import UTC, datetime, timedelta

import pytest

from chargedeck.domain.car_current import Taking, taking
from chargedeck.domain.units import Amps

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("readings", "limit", "no_more_than"),
    [
        pytest.param([(0, 16.0), (60, 16.0)], 32, 16, id="it takes 16 of 32 A"),
        pytest.param([(0, 16.0), (30, 15.4), (60, 16.1)], 32, 16.1, id="as exactly as cars and meters are"),
        pytest.param([(0, 15.0), (60, 15.0)], 16, 15, id="1 A below"),
        pytest.param([(0, 16.0), (59, 16.0)], 32, None, id="not for long enough"),
        pytest.param([(0, 15.5), (60, 15.5)], 16, None, id="it takes what it may"),
        pytest.param([(0, 17.0), (60, 17.0)], 16, None, id="it takes more than it may"),
        pytest.param([(0, 0.3), (60, 0.3)], 32, None, id="it does not charge"),
        pytest.param([(0, 8.0), (30, 16.0), (60, 16.0)], 32, None, id="it has just gone up"),
        pytest.param([(0, 16.0), (30, 10.0), (60, 10.0)], 32, None, id="it has just gone down"),
        pytest.param([(0, 16.0), (60, 16.0)], None, None, id="nobody knows what it may take"),
    ],
)
def test_what_is_said(
    readings: list[tuple[float, float]], limit: float | None, no_more_than: float | None
) -> None:
    found: Taking | None = None
    for seconds, amps in readings:
        at = NOON + timedelta(seconds=seconds)
        found = taking(found, measured=Amps(amps), limit=None if limit is None else Amps(limit), at=at)
    assert (None if found is None else found.no_more_than_a) == no_more_than


def test_another_limit_begins_anew() -> None:
    first = taking(None, measured=Amps(16), limit=Amps(32), at=NOON)
    assert taking(first, measured=Amps(16), limit=Amps(20), at=NOON + timedelta(seconds=90)) == Taking(
        NOON + timedelta(seconds=90), NOON + timedelta(seconds=90), Amps(16), Amps(20)
    )
