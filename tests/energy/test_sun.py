"""The sun where almanacs say it stands, a plausible clear sky, a forecast that follows the roof."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Ratio, Watts
from chargedeck.energy.prices import QUARTER
from chargedeck.energy.sun import (
    Degrees,
    Plane,
    Produced,
    Roof,
    SolarForecast,
    clear_sky,
    sky_forecast,
    solar_forecast,
    sun_at,
)

DAY = timedelta(days=1)


def roof(*planes: tuple[float, float], latitude: float = 50.85, longitude: float = 4.35) -> Roof:
    facing = tuple(Plane(Watts(1000), Degrees(tilt), Degrees(azimuth)) for tilt, azimuth in planes)
    return Roof(Degrees(latitude), Degrees(longitude), facing)


SOUTH = roof((35, 180))


@pytest.mark.parametrize(
    ("at", "latitude", "longitude", "elevation", "azimuth"),
    [
        # At the equinox it stands over the equator; by the equation of time it is noon 7.5 minutes late.
        pytest.param("2024-03-20T12:07:30", 0.0, 0.0, 90.0, None, id="equinox over the equator"),
        pytest.param("2024-03-20T18:07:30", 0.0, 0.0, 0.0, 270.0, id="it sets in the west"),
        pytest.param("2024-03-20T06:07:30", 0.0, 0.0, 0.0, 90.0, id="it rises in the east"),
        pytest.param("2024-06-20T12:01:45", 23.44, 0.0, 90.0, None, id="midsummer over the tropic"),
        pytest.param("2024-06-20T12:01:45", 50.0, 0.0, 63.44, 180.0, id="midsummer noon at 50 north"),
        pytest.param("2024-12-21T11:58:00", 50.0, 0.0, 16.56, 180.0, id="midwinter noon at 50 north"),
        pytest.param("2024-12-21T11:58:00", -50.0, 0.0, 63.44, 0.0, id="which is summer in the south"),
        pytest.param("2024-06-21T00:01:45", 70.0, 0.0, 3.44, 0.0, id="the midnight sun"),
    ],
)
def test_where_the_sun_stands(
    at: str, latitude: float, longitude: float, elevation: float, azimuth: float | None
) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    sun = sun_at(instant, Degrees(latitude), Degrees(longitude))
    assert sun.elevation == pytest.approx(elevation, abs=0.2)
    if azimuth is not None:
        assert abs((sun.azimuth - azimuth + 180) % 360 - 180) < 0.5


def test_a_clear_summer_noon_brings_almost_the_peak_and_a_winter_noon_half_of_it() -> None:
    assert 900 < clear_sky(SOUTH, datetime(2024, 6, 20, 11, 45, tzinfo=UTC)) < 1100
    assert 450 < clear_sky(SOUTH, datetime(2024, 12, 21, 11, 45, tzinfo=UTC)) < 800


def test_at_night_there_is_nothing() -> None:
    assert clear_sky(SOUTH, datetime(2024, 6, 20, 0, tzinfo=UTC)) == 0.0


def test_a_roof_to_the_east_has_its_best_hours_in_the_morning() -> None:
    morning, evening = (datetime(2024, 6, 20, hour, tzinfo=UTC) for hour in (7, 16))
    east, west = roof((35, 90)), roof((35, 270))
    assert clear_sky(east, morning) > 2 * clear_sky(west, morning)
    assert clear_sky(west, evening) > 2 * clear_sky(east, evening)
    both = roof((35, 90), (35, 270))
    assert clear_sky(both, morning) == pytest.approx(clear_sky(east, morning) + clear_sky(west, morning))


@settings(max_examples=40)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(0, 90),
    st.floats(0, 360),
)
def test_no_sky_brings_less_than_nothing_or_more_than_a_cloud_s_edge(
    at: datetime, latitude: float, longitude: float, tilt: float, azimuth: float
) -> None:
    brought = clear_sky(roof((tilt, azimuth), latitude=latitude, longitude=longitude), at)
    assert 0 <= brought < 1300


NOW = datetime(2024, 6, 10, tzinfo=UTC)


def days(share: float, count: int, now: datetime = NOW, shaded: tuple[int, ...] = ()) -> Iterator[Produced]:
    """What the roof brings if each quarter brings a share of a clear sky's, and some hours nothing."""
    for place in range(count * 96):
        start = now - count * DAY + place * QUARTER
        of_clear = 0.0 if start.hour in shaded else share
        yield Produced(start, Watts(clear_sky(SOUTH, start + QUARTER / 2) * of_clear))


def test_before_anything_was_measured_half_of_a_clear_sky_is_expected() -> None:
    forecast = solar_forecast(SOUTH, (), NOW)
    noon = NOW + 12 * 4 * QUARTER
    assert forecast.power(noon) == pytest.approx(clear_sky(SOUTH, noon + QUARTER / 2) / 2)


def test_after_some_days_it_expects_what_the_roof_brings() -> None:
    forecast = solar_forecast(SOUTH, days(0.7, 7), NOW)
    noon = NOW + 12 * 4 * QUARTER
    assert forecast.power(noon) == pytest.approx(clear_sky(SOUTH, noon + QUARTER / 2) * 0.7, rel=0.05)
    assert forecast.power(NOW) == 0.0


def test_the_latest_days_count_most() -> None:
    dull_then_bright = [*days(0.2, 5, NOW - 5 * DAY), *days(0.8, 5)]
    bright_then_dull = [*days(0.8, 5, NOW - 5 * DAY), *days(0.2, 5)]
    assert solar_forecast(SOUTH, dull_then_bright, NOW).ratios[12] > 0.55
    assert solar_forecast(SOUTH, bright_then_dull, NOW).ratios[12] < 0.45


def test_what_lies_further_back_or_ahead_does_not_count() -> None:
    assert solar_forecast(SOUTH, days(1, 5, NOW - 11 * DAY), NOW).ratios == (Ratio(0.5),) * 24
    assert solar_forecast(SOUTH, days(1, 5, NOW + 6 * DAY), NOW).ratios == (Ratio(0.5),) * 24


def test_a_shadow_in_the_afternoon_is_learned_by_the_hour() -> None:
    ratios = solar_forecast(SOUTH, days(0.8, 7, shaded=(15, 16)), NOW).ratios
    assert ratios[12] > 0.7
    assert ratios[15] < 0.2


def test_a_forecast_is_a_value() -> None:
    ratios = (Ratio(1),) * 24
    assert SolarForecast(SOUTH, ratios) == SolarForecast(SOUTH, ratios)


@pytest.mark.parametrize(
    ("field", "latitude", "tilt", "azimuth", "peak"),
    [
        ("latitude", 91, 35, 180, 1000),
        ("tilt", 50, 91, 180, 1000),
        ("azimuth", 50, 35, 361, 1000),
        ("peak_w", 50, 35, 180, 0),
    ],
)
def test_a_roof_that_cannot_be_is_refused(
    field: str, latitude: float, tilt: float, azimuth: float, peak: float
) -> None:
    with pytest.raises(OutOfRangeError, match=field):
        Roof(Degrees(latitude), Degrees(0), (Plane(Watts(peak), Degrees(tilt), Degrees(azimuth)),))


# -- somebody forecasts ----------------------------------------------------------------------------


def sky_of(ratio: float, first: int, last: int) -> dict[datetime, Watts]:
    """A forecast of so much of a clear sky, for days counted from now."""
    starts = [NOW + timedelta(days=first) + QUARTER * place for place in range(96 * (last - first))]
    return {start: Watts(clear_sky(SOUTH, start + QUARTER / 2) * ratio) for start in starts}


def test_a_forecast_that_came_true_is_believed() -> None:
    sky = sky_of(0.5, -7, 2)
    produced = [Produced(start, power) for start, power in sky.items() if start < NOW]
    forecast = sky_forecast(sky, SOUTH, produced, NOW)
    noon = (NOW + DAY).replace(hour=12, minute=0)
    assert forecast.power(noon) == pytest.approx(sky[noon], rel=0.05)


def test_panels_that_bring_less_than_was_forecast_will_again() -> None:
    sky = sky_of(1.0, -7, 2)
    produced = [Produced(start, Watts(power * 0.6)) for start, power in sky.items() if start < NOW]
    noon = (NOW + DAY).replace(hour=12, minute=0)
    assert sky_forecast(sky, SOUTH, produced, NOW).power(noon) == pytest.approx(0.6 * sky[noon], rel=0.1)


def test_without_a_past_some_loss_is_assumed() -> None:
    sky = sky_of(1.0, 0, 2)
    noon = (NOW + DAY).replace(hour=12, minute=0)
    assert sky_forecast(sky, SOUTH, [], NOW).power(noon) == pytest.approx(0.85 * sky[noon])


def test_beyond_what_was_forecast_the_sky_is_clear() -> None:
    sky = sky_of(1.0, -1, 1)
    later = (NOW + 3 * DAY).replace(hour=12, minute=0)
    assert sky_forecast(sky, SOUTH, [], NOW).power(later) == solar_forecast(SOUTH, [], NOW).power(later)
