"""What a session puts into the sums of the history: its energy once, whatever its clock says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.contracts.records import session

from chargedeck.domain.units import WattHours
from chargedeck.storage.session_parts import parts_of

BUCHAREST = ZoneInfo("Europe/Bucharest")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "lasted", "hours"),
    [
        pytest.param(NOON, timedelta(minutes=30), 1, id="half an hour"),
        pytest.param(NOON, timedelta(hours=5), 5, id="five hours"),
        pytest.param(NOON, timedelta(days=62), 62 * 24, id="two months at the cable"),
        pytest.param(NOON, timedelta(days=63), 1, id="longer than any car stays"),
        pytest.param(
            datetime(1970, 1, 1, tzinfo=UTC), timedelta(days=365 * 56), 1, id="a clock that began anew"
        ),
        pytest.param(datetime(1, 2, 1, tzinfo=UTC), timedelta(days=365 * 9_000), 1, id="a clock gone mad"),
    ],
)
def test_a_session_counts_once_in_as_many_hours_as_it_may_have(
    began: datetime, lasted: timedelta, hours: int
) -> None:
    record = session(1, started_at=began, ended_at=began + lasted)._replace(
        meter_start_wh=WattHours(1_000), meter_last_wh=WattHours(8_000), meter_stop_wh=WattHours(8_000)
    )
    parts = parts_of(record, [], BUCHAREST)
    assert len(parts) == hours
    assert sum(part.energy_mwh for part in parts) == 7_000_000
    assert sum(part.sessions for part in parts) == 1
