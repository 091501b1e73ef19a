"""Where the sun stands and what a clear sky would bring, scaled by what the roof brought of late.

Position: the low-precision formulas of the Astronomical Almanac, good to 0.01 degrees until 2050.
Clear sky: Haurwitz's global and Meinel's direct irradiance, air mass by Kasten and Young. Clouds are
not forecast; the last days' production stands for them, and for shade, dirt and wrong settings.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import asin, atan2, cos, degrees, exp, fsum, radians, sin
from typing import NamedTuple, NewType

from chargedeck.domain.problems import OutOfRangeError
from chargedeck.domain.units import Ratio, Watts
from chargedeck.energy.prices import QUARTER

Degrees = NewType("Degrees", float)

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_DAY = timedelta(days=1)
_HORIZON = 0.01
_STANDARD = 1000.0
_GROUND = 0.2
_ASSUMED = Ratio(0.5)
"""Of a clear sky, what a roof brings on the mean before anything is known of it."""
_ASSUMED_OF_SKY = Ratio(0.85)
"""Of what falls on the panels under the sky as it is forecast."""

_KEPT = 10
_FADE = 0.85
_TRUST = 1 - _FADE
"""What all hours brought together weighs as much for each of them as the best hour of one day."""


class Sun(NamedTuple):
    """Where it stands: degrees above the horizon, and from north by east."""

    elevation: Degrees
    azimuth: Degrees


@dataclass(frozen=True, slots=True)
class Plane:
    """Panels that look one way: from flat (0) to upright (90), and from north (0) by east (90)."""

    peak_w: Watts
    tilt: Degrees
    azimuth: Degrees

    def __post_init__(self) -> None:
        _within("peak_w", self.peak_w, 1, 10_000_000)
        _within("tilt", self.tilt, 0, 90)
        _within("azimuth", self.azimuth, 0, 360)


@dataclass(frozen=True, slots=True)
class Roof:
    """All panels of a house and where it stands."""

    latitude: Degrees
    longitude: Degrees
    planes: tuple[Plane, ...]

    def __post_init__(self) -> None:
        _within("latitude", self.latitude, -90, 90)
        _within("longitude", self.longitude, -180, 180)


def _within(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise OutOfRangeError(field, value, low, high)


def sun_at(instant: datetime, latitude: Degrees, longitude: Degrees) -> Sun:
    """Where the sun stands, without refraction."""
    days = (instant - _J2000) / _DAY
    anomaly = radians(357.528 + 0.9856003 * days)
    ecliptic = radians(280.460 + 0.9856474 * days + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    oblique = radians(23.439 - 4e-7 * days)
    ascension = atan2(cos(oblique) * sin(ecliptic), cos(ecliptic))
    declination = asin(sin(oblique) * sin(ecliptic))
    sidereal = radians(15 * (18.697374558 + 24.06570982441908 * days) + longitude)
    hour, north = sidereal - ascension, radians(latitude)
    height = asin(sin(north) * sin(declination) + cos(north) * cos(declination) * cos(hour))
    east = -cos(declination) * sin(hour)
    towards_north = sin(declination) * cos(north) - cos(declination) * cos(hour) * sin(north)
    return Sun(Degrees(degrees(height)), Degrees(degrees(atan2(east, towards_north)) % 360))


def clear_sky(roof: Roof, instant: datetime) -> Watts:
    """What the roof would bring under a clear sky."""
    sun = sun_at(instant, roof.latitude, roof.longitude)
    height = sin(radians(sun.elevation))
    if height <= _HORIZON:
        return Watts(0)
    air_mass = 1 / (height + 0.50572 * (sun.elevation + 6.07995) ** -1.6364)
    direct = 1353 * 0.7 ** (air_mass**0.678)
    whole = 1098 * height * exp(-0.057 / height)
    diffuse = max(0.0, whole - direct * height)
    return Watts(fsum(_brought(plane, sun, direct, diffuse, whole) for plane in roof.planes))


def _brought(plane: Plane, sun: Sun, direct: float, diffuse: float, whole: float) -> float:
    tilt, height = radians(plane.tilt), radians(sun.elevation)
    facing = sin(height) * cos(tilt) + cos(height) * sin(tilt) * cos(radians(sun.azimuth - plane.azimuth))
    sky, ground = (1 + cos(tilt)) / 2, (1 - cos(tilt)) / 2
    falling = direct * max(0.0, facing) + diffuse * sky + _GROUND * whole * ground
    return plane.peak_w * falling / _STANDARD


class Produced(NamedTuple):
    """The mean power that the roof brought in the quarter of an hour from `start`."""

    start: datetime
    power_w: Watts


@dataclass(frozen=True, slots=True)
class SolarForecast:
    """A clear sky times what each hour of the day has brought of one of late."""

    roof: Roof
    ratios: tuple[Ratio, ...]

    def power(self, start: datetime) -> Watts:
        """The mean power expected in the quarter of an hour from `start`."""
        ratio = self.ratios[start.astimezone(UTC).hour]
        return Watts(clear_sky(self.roof, start + QUARTER / 2) * ratio)


@dataclass(frozen=True, slots=True)
class SkyForecast:
    """What somebody forecasts for the panels, times what each hour has brought of it; else a clear sky."""

    sky: Mapping[datetime, Watts]
    """The mean power by the start of each quarter of an hour in UTC."""
    ratios: tuple[Ratio, ...]
    otherwise: SolarForecast

    def power(self, start: datetime) -> Watts:
        """The mean power expected in the quarter of an hour from `start`."""
        told = self.sky.get(start)
        if told is None:
            return self.otherwise.power(start)
        return Watts(told * self.ratios[start.astimezone(UTC).hour])


def solar_forecast(roof: Roof, produced: Iterable[Produced], now: datetime) -> SolarForecast:
    """Scale the clear sky by the last days' production, the latest most, each hour of the day by itself.

    Hours with little to go by lean on what all hours brought together.
    """
    return SolarForecast(
        roof, _ratios(lambda start: clear_sky(roof, start + QUARTER / 2), produced, now, _ASSUMED)
    )


def sky_forecast(
    sky: Mapping[datetime, Watts], roof: Roof, produced: Sequence[Produced], now: datetime
) -> SkyForecast:
    """Scale what was forecast by what it brought in the same way; it knows the clouds, not the shade."""
    forecast = [each for each in produced if each.start in sky]
    ratios = _ratios(lambda start: sky[start], forecast, now, _ASSUMED_OF_SKY)
    return SkyForecast(sky, ratios, solar_forecast(roof, produced, now))


def _ratios(
    expected: Callable[[datetime], float], produced: Iterable[Produced], now: datetime, assumed: Ratio
) -> tuple[Ratio, ...]:
    full, came = [0.0] * 24, [0.0] * 24
    for start, power in produced:
        days = (now - start) / _DAY
        if 0 <= days <= _KEPT:
            hour, weight = start.astimezone(UTC).hour, _FADE**days
            full[hour] += weight * expected(start)
            came[hour] += weight * power
    trust = _TRUST * max(full)
    overall = (sum(came) + trust * assumed) / (sum(full) + trust) if trust > 0 else assumed
    return tuple(
        Ratio((brought + trust * overall) / (most + trust) if trust > 0 else overall)
        for brought, most in zip(came, full, strict=True)
    )
