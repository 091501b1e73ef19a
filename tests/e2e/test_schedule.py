"""Schedules and plans on screen: a rule pauses the car, Charge now lifts it, a plan is tried out and set."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.e2e.demo import Demo
from tests.e2e.meter import Api, operator
from tests.e2e.window import DESKTOP, PHONE, Window, window

GARAGE = "/chargers/garage"
SLOW_MS = 30_000
RULE = "Forbidden 00:00 \u2013 00:00"


@pytest.fixture(scope="module")
def api(browser: Browser, demo: Demo, owner: StorageState) -> Api:
    """The demo's API."""
    with window(browser, Window(PHONE), owner) as page:
        return operator(page, demo)


@pytest.fixture
def garage(api: Api, charging: Demo) -> Iterator[str]:
    """The garage with a car that charges, without rules and without a plan before and after."""
    _clear(api)
    yield GARAGE
    _clear(api)


@pytest.fixture
def rules(api: Api, garage: str) -> str:
    """The garage with a departure on every day."""
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    departure = {"kind": "departure", "weekdays": week, "ready_by": "07:00", "energy_wh": 900_000}
    api.call("POST", f"{GARAGE}/schedules", departure)
    return garage


def _clear(api: Api) -> None:
    for rule in api.call("GET", f"{GARAGE}/schedules")["items"]:
        api.call("DELETE", f"/schedules/{rule['id']}")
    api.call("DELETE", f"{GARAGE}/plan")


def badge(page: Page, status: str) -> None:
    found = page.locator(f'[data-testid="status-badge"][data-status="{status}"]').first
    found.wait_for(timeout=SLOW_MS)


def test_a_rule_pauses_the_car_charge_now_lifts_it_and_back_to_plan_brings_it_back(
    browser: Browser, demo: Demo, owner: StorageState, garage: str
) -> None:
    with window(browser, Window(PHONE), owner) as page:
        page.goto(f"{demo.address}{garage}")
        badge(page, "charging")
        page.get_by_test_id("plan-line").get_by_role("link").click()
        page.get_by_role("button", name="Add rule").click()
        sheet = page.get_by_role("dialog", name="New rule")
        sheet.get_by_label("What").select_option(label="Forbidden hours")
        sheet.get_by_label("From").fill("00:00")
        sheet.get_by_label("Until").fill("00:00")
        sheet.get_by_role("button", name="Save").press("Enter")
        schedule = page.get_by_test_id("schedule")
        expect(schedule.get_by_role("switch", name=RULE)).to_be_checked(timeout=SLOW_MS)

        page.get_by_role("link", name="Garage").first.click()
        badge(page, "paused")
        expect(page.get_by_test_id("plan-line")).to_contain_text("The schedule forbids charging")
        page.get_by_test_id("main-buttons").get_by_role("button", name="Charge now").click()
        badge(page, "charging")
        page.get_by_test_id("plan-line").get_by_role("button", name="Back to plan").click()
        badge(page, "paused")

        page.get_by_test_id("plan-line").get_by_role("link").click()
        page.get_by_role("button", name=f"Change: {RULE}").click()
        page.get_by_role("dialog", name="Change rule").get_by_role("button", name="Delete rule").click()
        expect(schedule).to_contain_text("No rules", timeout=SLOW_MS)
        page.get_by_role("link", name="Garage").first.click()
        badge(page, "charging")


def test_a_plan_is_tried_out_set_seen_on_the_dashboard_and_taken_back(
    browser: Browser, demo: Demo, owner: StorageState, garage: str, api: Api
) -> None:
    with window(browser, Window(DESKTOP), owner) as page:
        page.goto(f"{demo.address}{garage}/schedule")
        plan = page.get_by_test_id("plan")
        expect(plan).to_contain_text("Say when you leave")
        plan.get_by_label("Energy (kWh)").fill("900")
        expect(plan).to_contain_text("cannot be charged by then", timeout=SLOW_MS)
        expect(plan.get_by_test_id("plan-chart")).to_be_visible()
        assert api.call("GET", f"{GARAGE}/plan")["state"] == "none", "a preview changes nothing"
        reader = plan.get_by_role("slider", name="Point in time")
        before = reader.get_attribute("aria-valuetext")
        reader.press("End")
        assert reader.get_attribute("aria-valuetext") != before

        plan.get_by_role("button", name="Set plan").click()
        expect(plan.get_by_role("button", name="Remove plan")).to_be_visible(timeout=SLOW_MS)
        page.get_by_role("link", name="Garage").first.click()
        expect(page.get_by_test_id("plan-line")).to_contain_text("900.00 kWh", timeout=SLOW_MS)
        page.get_by_test_id("plan-line").get_by_role("link").click()
        page.get_by_role("button", name="Remove plan").click()
        expect(plan).to_contain_text("Say when you leave", timeout=SLOW_MS)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nobody_is_kept_out(
    browser: Browser, demo: Demo, owner: StorageState, rules: str, dark: bool
) -> None:
    with window(browser, Window(PHONE, dark=dark), owner) as page:
        page.goto(f"{demo.address}{rules}/schedule")
        page.get_by_test_id("plan-chart").wait_for(timeout=SLOW_MS)
        page.get_by_role("switch").first.wait_for(timeout=SLOW_MS)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_role("button", name="Add rule").click()
        page.get_by_role("dialog").wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
