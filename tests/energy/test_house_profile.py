"""What a house takes by the hour of the week."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chargedeck.domain.units import StationId, WattHours, Watts
from chargedeck.energy.house_profile import HouseProfile, house_profile
from chargedeck.energy.station_energy import StationEnergy

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 6, 1, tzinfo=BERLIN)
HOUR = timedelta(hours=1)


def quarter(start: datetime, power: float, seconds: float = 900) -> StationEnergy:
    energy = WattHours(power * seconds / 3600)
    return StationEnergy(StationId("home"), start.astimezone(UTC), house_wh=energy, house_s=seconds)


def test_an_hour_of_the_week_is_its_mean() -> None:
    weeks = [quarter(MONDAY + 7 * HOUR, 400), quarter(MONDAY + 7 * HOUR + timedelta(days=7), 800)]
    profile = house_profile(weeks, BERLIN)
    assert profile.power(MONDAY + timedelta(days=14) + 7.5 * HOUR) == Watts(600)


def test_what_was_measured_for_longer_weighs_more() -> None:
    weeks = [quarter(MONDAY, 400, 900), quarter(MONDAY + timedelta(days=7), 1000, 100)]
    assert house_profile(weeks, BERLIN).power(MONDAY) == Watts(460)


def test_an_hour_that_is_not_known_is_as_that_hour_of_other_days() -> None:
    profile = house_profile([quarter(MONDAY + 7 * HOUR, 400), quarter(MONDAY + 31 * HOUR, 600)], BERLIN)
    assert profile.power(MONDAY + timedelta(days=4) + 7 * HOUR) == Watts(500)


def test_an_hour_that_no_day_knows_is_as_all_of_them() -> None:
    profile = house_profile([quarter(MONDAY + 7 * HOUR, 400), quarter(MONDAY + 8 * HOUR, 600)], BERLIN)
    assert profile.power(MONDAY + 20 * HOUR) == Watts(500)


def test_nothing_is_expected_where_nothing_is_known() -> None:
    unknown = StationEnergy(StationId("home"), MONDAY.astimezone(UTC))
    assert house_profile([unknown], BERLIN) == HouseProfile(BERLIN)
    assert HouseProfile(BERLIN).power(MONDAY) == Watts(0)


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    winter = datetime(2026, 1, 5, 18, tzinfo=BERLIN)
    profile = house_profile([quarter(winter, 900)], BERLIN)
    assert profile.power(datetime(2026, 7, 6, 16, tzinfo=UTC)) == Watts(900)


def test_something_unseen_that_feeds_in_will_again() -> None:
    assert house_profile([quarter(MONDAY, -300)], BERLIN).power(MONDAY) == Watts(-300)
