"""Taking over what another system has counted: whole quarters of the past, once, and never over our own."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.api.site import Site

from chargedeck.domain.units import StationId
from chargedeck.energy.prices import quarter_of
from chargedeck.hub.records import Role

PATH = "/api/stations/home/energy/quarters"
QUARTER = timedelta(minutes=15)


@pytest.fixture
async def operator(site: Site) -> httpx.AsyncClient:
    return await site.browser(Role.OPERATOR)


def past(site: Site, back: int) -> datetime:
    return quarter_of(site.clock()) - QUARTER * back


def quarter(start: datetime, **more: Any) -> dict[str, Any]:
    return {"start": start.isoformat(), "from_grid_wh": 400.5, **more}


async def test_what_was_counted_elsewhere_is_kept_once(site: Site, operator: httpx.AsyncClient) -> None:
    told = [quarter(past(site, back), solar_wh=100, house_wh=250) for back in (3, 2, 1)]
    answer = await operator.post(PATH, json={"items": told})
    assert (answer.status_code, answer.json()) == (200, {"taken": 3, "known": 0})
    again = [quarter(past(site, 3), solar_wh=9_999), quarter(past(site, 4))]
    assert (await operator.post(PATH, json={"items": again})).json() == {"taken": 1, "known": 1}
    kept = await site.services.flows.between(StationId("home"), past(site, 10), site.clock())
    assert [one.start for one in kept] == [past(site, back) for back in (4, 3, 2, 1)]
    assert [(float(one.solar_wh), one.solar_s, one.battery_s) for one in kept] == [
        (0, 0, 0),
        *[(100, 900, 0)] * 3,
    ]
    assert (await operator.post(PATH, json={"items": []})).json() == {"taken": 0, "known": 0}


@pytest.mark.parametrize(
    ("minutes", "remedy"),
    [
        pytest.param([0], "must have ended", id="the quarter under way"),
        pytest.param([-60], "must have ended", id="the future"),
        pytest.param([65], "full quarter", id="no full quarter"),
        pytest.param([30, 30], "twice", id="the same one twice"),
    ],
)
async def test_what_cannot_be_is_refused_whole(
    site: Site, operator: httpx.AsyncClient, minutes: list[int], remedy: str
) -> None:
    starts = [quarter_of(site.clock()) - timedelta(minutes=back) for back in minutes]
    told = [quarter(past(site, 8)), *map(quarter, starts)]
    answer = await operator.post(PATH, json={"items": told})
    assert answer.status_code == 422
    assert (answer.json()["detail"].startswith("items"), remedy in answer.json()["detail"]) == (True, True)
    assert not await site.services.flows.between(StationId("home"), past(site, 10), site.clock())
