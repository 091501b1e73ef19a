"""A Shelly at the simulated home, set up and tried on screen, and the panels with their forecast."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.meter import Api, operator
from tests.e2e.window import PHONE, Window, window
from tests.support.shelly import Shelly, em1, shelly


@contextmanager
def on_the_shelf(device: Shelly) -> Iterator[Shelly]:
    """The device runs beside the browser, in a loop of its own."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def run() -> None:
        async with shelly(device):
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    ready.wait(10)
    try:
        yield device
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def roof() -> Iterator[Shelly]:
    """Panels behind the second channel, with a password."""
    parts = {"em1:0": em1(120), "em1:1": em1(3120, 1)}
    with on_the_shelf(Shelly(2, "ProEM", parts, password="panels")) as device:
        yield device


@pytest.fixture
def annex(browser: Browser, demo: Demo, owner: StorageState) -> Iterator[str]:
    """A second place, which nothing measures."""
    with window(browser, Window(PHONE), owner) as page:
        api: Api = operator(page, demo)
        station = api.call("POST", "/stations", {"name": "Annex"})["id"]
    yield station
    with window(browser, Window(PHONE), owner) as page:
        operator(page, demo).call("DELETE", f"/stations/{station}")


def fine(page: Page) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("dark", [False, True])
def test_a_shelly_is_tried_added_watched_and_removed(
    annex: str, roof: Shelly, open_page: OpenPage, dark: bool
) -> None:
    page = open_page(f"/energy?station={annex}", dark=dark, refused=True)
    page.get_by_role("button", name="Add a meter").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("What it measures").select_option(label="Solar")
    sheet.get_by_label("Address").fill(f"127.0.0.1:{roof.port}")
    sheet.get_by_label("Channel").fill("1")
    sheet.get_by_role("button", name="Try it").click()
    expect(sheet.get_by_role("alert")).to_contain_text("wants a password")
    sheet.get_by_label("Password").fill("panels")
    sheet.get_by_role("button", name="Try it").click()
    expect(page.get_by_test_id("meter-tried")).to_contain_text("3.12 kW · Shelly ProEM, em1:1")
    fine(page)
    sheet.get_by_role("button", name="Save").click()
    meter = page.locator('[data-testid="meters"] [data-meter="Solar"]')
    expect(meter).to_contain_text("3.12")
    expect(page.locator('[data-testid="flow"] [data-part="solar"]')).to_contain_text("3.12")
    roof.parts["em1:1"] = em1(1500, 1)
    expect(page.locator('[data-testid="flow"] [data-part="solar"]')).to_contain_text("1.50")
    roof.password = "another"
    expect(meter).to_have_attribute("data-problem", "unauthorized")
    expect(meter).to_contain_text("Silent since")
    fine(page)
    meter.get_by_role("button", name="Change").click()
    sheet.get_by_role("button", name="Remove meter").click()
    sheet.get_by_role("button", name="Remove", exact=True).click()
    expect(meter).to_have_count(0)


def test_panels_bring_a_forecast(annex: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={annex}", phone=False)
    card = page.get_by_test_id("solar")
    expect(card).to_contain_text("Say where the panels are")
    page.get_by_role("button", name="Set up").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Latitude").fill("44.43")
    sheet.get_by_label("Longitude").fill("26.1")
    sheet.get_by_label("Peak power").fill("6")
    fine(page)
    sheet.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("A clear sky")
    expect(card).to_contain_text("Tomorrow")
    expect(card).not_to_have_attribute("data-service", "true")
    fine(page)
