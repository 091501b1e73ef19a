"""A page that is only looked at asks the server for nothing again and again: it hears what changes."""

import time

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

SETTLED_MS, LOOKED_AT_MS = 2_000, 4_000
MOST = 6
"""Some pages ask for a part once every few seconds, and two for one that is open."""


@pytest.mark.parametrize(
    "path", ["/stations/home/tariff", "/energy", "/chargers/garage/schedule", "/chargers/garage?cost=open"]
)
def test_nothing_is_asked_without_end(charging: Demo, open_page: OpenPage, path: str) -> None:
    page = open_page(path, phone=False)
    page.wait_for_timeout(SETTLED_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(charging.address)))
    page.wait_for_timeout(LOOKED_AT_MS)
    assert len(asked) <= MOST, asked


def test_the_live_chart_is_loaded_once_and_grows_with_reports(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/chargers/garage", phone=False)
    chart = page.get_by_test_id("chart")
    expect(chart.locator("canvas")).to_be_visible()
    gone, end = 0, time.monotonic() + 5
    while time.monotonic() < end:
        gone += chart.locator("canvas").count() == 0
        page.wait_for_timeout(50)
    assert gone == 0


def test_what_was_refused_lies_above_the_sheet_that_asked(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/people", refused=True)
    page.get_by_role("button", name="Add user").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("E-mail").fill(charging.email)
    sheet.get_by_label("First name").fill("Ana")
    sheet.get_by_label("Password").fill("seven green lamps over water")
    sheet.get_by_role("button", name="Save").click()
    toast = page.get_by_test_id("toast")
    expect(toast).to_contain_text("Another user has the address")
    assert page.evaluate("() => document.querySelector('aside[popover]').matches(':popover-open')")
