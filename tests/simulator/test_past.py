"""The demo's past: the same each time, balanced to the watt-hour, and taken by a charge point's memory."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chargedeck.domain.units import IdTag, Ratio, WattHours, Watts
from chargedeck.simulator.house import HouseModel
from chargedeck.simulator.past import QUARTER, Habit, lived, sun

MODEL = HouseModel()
EVENING = Habit(IdTag("BLUE"), frozenset({0, 2, 4}), 17.5, WattHours(19_000), Watts(11_000))
NOON = Habit(IdTag("BLUE"), frozenset({5, 6}), 10, WattHours(14_000), Watts(7_400), follows_sun=True)
NIGHT = Habit(IdTag("GREEN"), frozenset({1, 3}), 22.5, WattHours(30_000), Watts(7_400))
PAST = lived((EVENING, NOON, NIGHT), MODEL, today=date(2026, 12, 1), days=92)


def test_the_same_days_are_always_the_same() -> None:
    assert lived((EVENING, NOON, NIGHT), MODEL, today=date(2026, 12, 1), days=92) == PAST


def test_quarters_follow_one_another_and_balance() -> None:
    starts = [quarter.start for quarter in PAST.quarters]
    assert starts == [datetime(2026, 8, 31, tzinfo=UTC) + QUARTER * place for place in range(92 * 96)]
    for quarter in PAST.quarters:
        fed = quarter.from_grid_wh + quarter.solar_wh
        assert fed == pytest.approx(quarter.to_grid_wh + quarter.house_wh + quarter.chargers_wh, abs=0.3)


def test_visits_do_not_overlap_and_count_whole_watt_hours() -> None:
    assert len(PAST.visits) > 60
    last = PAST.visits[0].started_at
    for visit in PAST.visits:
        assert visit.started_at >= last
        assert all(energy >= 1 and float(energy).is_integer() for energy in visit.taken)
        assert visit.energy_wh <= 60_000
        last = visit.ended_at


def test_whoever_follows_the_sun_takes_more_of_it() -> None:
    def share(habit: Habit) -> float:
        past = lived((habit,), MODEL, today=date(2026, 9, 1), days=60)
        drawing = [quarter for quarter in past.quarters if quarter.chargers_wh > 0]
        bought = sum(min(quarter.chargers_wh, quarter.from_grid_wh) for quarter in drawing)
        return 1 - bought / sum(quarter.chargers_wh for quarter in drawing)

    assert share(NOON) > 0.6
    assert share(NIGHT) < 0.2


@pytest.mark.parametrize(("month", "hours"), [(6, 15.4), (9, 12), (12, 8.6)])
def test_the_sun_keeps_to_the_season(month: int, hours: float) -> None:
    midnight = datetime(2026, month, 21, tzinfo=UTC)
    powers = [sun(MODEL, midnight + timedelta(minutes=minute), Ratio(1)) for minute in range(1440)]
    assert sum(power > 0 for power in powers) / 60 == pytest.approx(hours, abs=0.3)
    assert max(powers) <= MODEL.sun_peak_w
