"""No violation that axe-core knows of, on every screen, in both themes."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

SCREENS = (
    "/",
    "/history",
    "/history?period=year&chart=cost&heat=hours&by=charger",
    "/history?period=day",
    "/reports",
    "/stations/home/tariff",
    "/errors",
    "/errors/relay_failure",
    "/profile",
    "/notifications",
    "/notifications/settings",
    "/people",
    "/cars",
    "/integrations",
    "/energy",
    "/devices",
    "/devices/garage",
    "/devices/carport",
    "/devices/main-meter",
    "/devices/new",
    "/devices/new?way=address",
    "/devices/new?way=ocpp",
    "/chargers/carport",
    "/chargers/carport/settings",
    "/chargers/garage/settings",
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(charging: Demo, open_page: OpenPage, *, dark: bool) -> None:
    page = open_page(dark=dark)
    found: dict[str, Any] = {}
    for path in SCREENS:
        page.goto(charging.address + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        results = Axe().run(page)
        if results.violations_count:
            found[path] = [
                (v["id"], [n["target"] for n in v["nodes"]]) for v in results.response["violations"]
            ]
    assert not found
