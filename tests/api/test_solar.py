"""Panels and forecasts over the API."""

from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.hub.records import Role

SOLAR = "/api/stations/home/solar"
FORECAST = "/api/stations/home/forecast"
PANELS = {
    "latitude_deg": 44.4,
    "longitude_deg": 26.1,
    "planes": [{"peak_w": 5000, "tilt_deg": 30, "azimuth_deg": 170}, {"peak_w": 2000}],
}

Json = dict[str, Any]


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


async def test_panels_from_first_to_last(site: Site, operator: httpx.AsyncClient) -> None:
    nothing = {"settings": None, "by_service": False, "forecast_at": None, "problem": None}
    assert (await operator.get(SOLAR)).json() == nothing
    answer = await operator.put(SOLAR, json=PANELS)
    assert answer.status_code == 200
    settings = answer.json()["settings"]
    assert settings["service"] == "none"
    assert settings["planes"][1] == {"peak_w": 2000, "tilt_deg": 35, "azimuth_deg": 180}
    forecast = (await operator.get(FORECAST)).json()
    assert (len(forecast["slots"]), forecast["is_set_up"], forecast["by_service"]) == (192, True, False)
    powers = [slot["solar_w"] for slot in forecast["slots"]]
    assert min(powers) == 0, "at night"
    assert 500 < max(powers) < 7000
    assert (await operator.delete(SOLAR)).status_code == 204
    assert (await operator.get(SOLAR)).json() == nothing
    assert {slot["solar_w"] for slot in (await operator.get(FORECAST)).json()["slots"]} == {0}


async def test_a_service_that_cannot_be_reached_is_told(operator: httpx.AsyncClient) -> None:
    answer = (await operator.put(SOLAR, json={**PANELS, "service": "open_meteo"})).json()
    assert (answer["by_service"], "cannot be reached" in answer["problem"]) == (False, True)
    assert "cannot be reached" in (await operator.get(FORECAST)).json()["problem"]


async def test_a_viewer_sees_the_forecast_and_not_where_the_house_is(
    site: Site, operator: httpx.AsyncClient
) -> None:
    await operator.put(SOLAR, json=PANELS)
    viewer = await site.browser(Role.VIEWER)
    assert (await viewer.get(FORECAST)).status_code == 200
    assert (await viewer.get(SOLAR)).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"latitude_deg": 91}, "latitude_deg"),
        ({"longitude_deg": 181}, "longitude_deg"),
        ({"planes": []}, "planes"),
        ({"planes": [{"peak_w": 0}]}, "peak_w"),
        ({"planes": [{"peak_w": 1, "tilt_deg": 91}]}, "tilt_deg"),
        ({"planes": [{"peak_w": 1}] * 7}, "planes"),
        ({"service": "oracle"}, "service"),
        ({"more": 1}, "more"),
    ],
)
async def test_what_will_not_do_is_named(operator: httpx.AsyncClient, body: Json, field: str) -> None:
    answer = await operator.put(SOLAR, json=PANELS | body)
    assert (answer.status_code, field in answer.text) == (422, True)
