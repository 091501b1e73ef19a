"""A real Chromium, and the demo that it looks at."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright
from scripts import parts
from tests.e2e.demo import Demo, running_demo
from tests.e2e.window import DESKTOP, PHONE, Window, signed_in, window

expect.set_options(timeout=15_000)

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    chromium = parts.find(parts.CHROMIUM)
    if chromium is None:
        pytest.skip(parts.missing(parts.CHROMIUM))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=str(chromium),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
        )


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """One demo for all: its charger is brought back to charging before each test."""
    with running_demo() as running:
        yield running


@pytest.fixture
def charging(demo: Demo) -> Demo:
    """The demo, with a car charging in the garage."""
    settle(demo)
    return demo


def settle(demo: Demo) -> None:
    """Bring the simulated charger back to a car that charges, by what a person can do at it."""
    demo.do(do="restore")
    demo.do(do="clear_error")
    if demo.connector["status"] != "Charging":
        demo.do(do="unplug")
        demo.do(do="wait", status="Available", seconds=20)
        demo.do(do="plug")
        demo.do(do="swipe", id_tag="04A1B2C3D4")
        demo.do(do="wait", status="Charging", seconds=20)


@pytest.fixture(scope="session")
def owner(browser: Browser, demo: Demo) -> StorageState:
    """The demo's owner, signed in once for all tests."""
    return signed_in(browser, demo)


@pytest.fixture
def open_page(browser: Browser, demo: Demo, owner: StorageState) -> Iterator[OpenPage]:
    """Open a page as the demo's owner; whatever the page complains about fails the test."""
    with ExitStack() as stack:

        def opened(
            path: str = "/chargers/garage",
            *,
            phone: bool = True,
            dark: bool = False,
            motion: bool = False,
            refused: bool = False,
        ) -> Page:
            chosen = Window(PHONE if phone else DESKTOP, dark=dark, motion=motion, refused=refused)
            page = stack.enter_context(window(browser, chosen, owner))
            page.goto(demo.address + path)
            return page

        yield opened
