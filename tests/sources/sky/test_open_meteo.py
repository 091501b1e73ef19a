"""Open-Meteo, against answers of the shape that it documents, from a server on loopback."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.chargers.lektrico.replayed import GONE, Raw, Replayed, Request, replayed, response

from chargedeck.domain.units import Watts
from chargedeck.energy.sun import Degrees, Plane, Roof
from chargedeck.hub.solar_sites import SkyError
from chargedeck.sources.sky import OpenMeteo

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
METHOD = "/v1/forecast"


def roof(*azimuths: float) -> Roof:
    planes = tuple(Plane(Watts(5000), Degrees(30), Degrees(azimuth)) for azimuth in azimuths)
    return Roof(Degrees(52.52), Degrees(13.41), planes)


def told(*irradiances: float | None, **more: Any) -> dict[str, Any]:
    """The answer for some quarters of an hour that end from 12:15 on."""
    ends = [int((NOON + (place + 1) * QUARTER).timestamp()) for place in range(len(irradiances))]
    return {
        "latitude": 52.52,
        "longitude": 13.419998,
        "generationtime_ms": 0.12,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "elevation": 38.0,
        "minutely_15_units": {"time": "unixtime", "global_tilted_irradiance": "W/m²"},
        "minutely_15": {"time": ends, "global_tilted_irradiance": list(irradiances)},
        **more,
    }


@asynccontextmanager
async def service(*answers: Any) -> AsyncIterator[Replayed]:
    """Each request gets the next answer, and the last one again."""
    left = list(answers)

    def answer(_: Request) -> Raw | None:
        body = left.pop(0) if len(left) > 1 else left[0]
        return body if isinstance(body, Raw) else Raw(response(json.dumps(body).encode()), keeps=True)

    async with replayed({}) as server:
        server.overrides = answer
        yield server


def asked(server: Replayed) -> list[dict[str, str]]:
    return [
        {name: value[0] for name, value in parse_qs(urlsplit(one.target).query).items()}
        for one in server.asked
    ]


async def test_what_falls_on_the_panels_is_what_they_would_bring() -> None:
    async with service(told(800, 400.5, None, -3)) as server:
        found = await OpenMeteo(f"http://{server.address}").expected(roof(180), NOON)
    assert dict(found) == {NOON: Watts(4000), NOON + QUARTER: Watts(2002.5), NOON + 3 * QUARTER: Watts(0)}


async def test_planes_are_asked_one_by_one_and_added_up() -> None:
    async with service(told(100, 200), told(300, 500)) as server:
        found = await OpenMeteo(f"http://{server.address}").expected(roof(90, 270), NOON)
        east, west = asked(server)
    assert dict(found) == {NOON: Watts(2000), NOON + QUARTER: Watts(3500)}
    assert (east["azimuth"], west["azimuth"]) == ("-90", "90"), "its angles are from south by west"
    assert east == {
        "latitude": "52.5200",
        "longitude": "13.4100",
        "minutely_15": "global_tilted_irradiance",
        "tilt": "30",
        "azimuth": "-90",
        "past_days": "7",
        "forecast_days": "3",
        "timeformat": "unixtime",
    }


@pytest.mark.parametrize(("ours", "its"), [(180, "0"), (0, "-180"), (360, "-180"), (135, "-45")])
async def test_directions(ours: float, its: str) -> None:
    async with service(told(1)) as server:
        await OpenMeteo(f"http://{server.address}").expected(roof(ours), NOON)
        assert asked(server)[0]["azimuth"] == its


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(
            Raw(response(b'{"error":true,"reason":"limit"}', status="429 Too Many")), "too often", id="limit"
        ),
        pytest.param(Raw(response(b"{}", status="400 Bad")), "HTTP status 400", id="refused"),
        pytest.param(Raw(response(b"<html>")), "not answer in JSON", id="no JSON"),
        pytest.param({}, "otherwise than it is documented", id="something else"),
        pytest.param(told(1, minutely_15={"time": [1]}), "otherwise", id="no irradiance"),
        pytest.param(
            told(1, minutely_15={"time": [1], "global_tilted_irradiance": [1, 2]}), "otherwise", id="uneven"
        ),
        pytest.param(GONE, "Open-Meteo", id="hangs up"),
    ],
)
async def test_what_is_no_forecast(answer: Any, words: str) -> None:
    async with service(answer) as server:
        with pytest.raises(SkyError, match=words):
            await OpenMeteo(f"http://{server.address}").expected(roof(180), NOON)


async def test_who_is_offline_is_told_so() -> None:
    with pytest.raises(SkyError, match="Open-Meteo cannot be reached"):
        await OpenMeteo("http://127.0.0.1:9").expected(roof(180), NOON)
    with pytest.raises(SkyError, match="Open-Meteo cannot be reached"):
        await OpenMeteo("http://no-such-name.invalid").expected(roof(180), NOON)
