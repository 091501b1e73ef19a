"""Each of the six badges in a real browser, from what the simulated device sends over its socket."""

import re

from playwright.sync_api import Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo


def expect_badge(page: Page, status: str) -> None:
    """The badge and the ring say the same word."""
    expect(page.get_by_test_id("status-badge").first).to_have_attribute("data-status", status)


def test_charging_shows_power_energy_and_time(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    expect_badge(page, "charging")
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"[1-9]\d*\.\d+\s*kW"))
    expect(page.get_by_role("button", name="Stop charging")).to_be_enabled()


def test_available_after_the_car_has_gone(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    charging.do(do="unplug")
    expect_badge(page, "available")
    expect(page.get_by_role("button", name="Start charging")).to_be_enabled()


def test_awaiting_authorization_until_the_app_gives_it(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    charging.do(do="unplug")
    expect_badge(page, "available")
    charging.do(do="plug")
    expect_badge(page, "awaiting")
    page.get_by_role("button", name="Authorize charging").click()
    expect_badge(page, "charging")


def test_paused_and_resumed(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    expect_badge(page, "charging")
    page.get_by_role("button", name="Pause").click()
    expect_badge(page, "paused")
    assert charging.connector["offered_a"] == 0
    page.get_by_role("button", name="Resume").click()
    expect_badge(page, "charging")


def test_offline_keeps_the_last_values(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    expect_badge(page, "charging")
    charging.do(do="cut")
    expect(page.get_by_test_id("status-badge").first).to_have_attribute(
        "data-status", "offline", timeout=45_000
    )
    expect(page.get_by_role("button", name="Stop charging")).to_have_count(0)
    charging.do(do="restore")
    expect_badge(page, "charging")


def test_error_gives_way_to_charging_again(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    charging.do(do="error", type="overcurrent")
    expect_badge(page, "error")
    charging.do(do="clear_error")
    expect(page.get_by_test_id("status-badge").first).not_to_have_attribute("data-status", "error")
