"""Takes the pictures of the documentation: `python -m tests.e2e.screens` writes docs/screens.

With names, such as `history tariff`, it takes only those that need nothing but to be opened.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, ViewportSize, sync_playwright
from scripts import parts
from tests.e2e.conftest import settle
from tests.e2e.demo import Demo, running_demo
from tests.e2e.window import DESKTOP, PHONE, Window, signed_in, window

from chargedeck.domain.errors import ErrorType

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
THEMES = {"light": False, "dark": True}

SCREENS = {
    "chargers": "/",
    "energy": "/energy",
    "schedule": "/chargers/garage/schedule",
    "history": "/history",
    "history-year": "/history?period=year&chart=cost&heat=hours",
    "tariff": "/stations/home/tariff",
    "cost": "/chargers/garage?cost=open",
    "settings": "/chargers/carport/settings",
    "energy-module": "/devices/main-meter",
    "new-device": "/devices/new",
    "devices": "/devices",
    "people": "/people",
    "cars": "/cars",
    "reports": "/reports",
    "profile": "/profile",
    "notifications": "/notifications/settings",
    "inbox": "/notifications",
    "integrations": "/integrations",
    "audit": "/audit",
    "errors": "/errors",
    "guide": "/errors/relay_failure",
    "support": "/support",
    "about": "/about",
    "tour": "/?tour=1",
    "wall": "/?kiosk",
}
"""Those that need nothing but to be opened."""

SESSION = "session"
"""The newest session that has ended."""

MOST_OF_A_MONTH = 25
"""Sessions of the last thirty days."""

CARD: ViewportSize = {"width": 320, "height": 200}
"""A card in a page of another site."""

Act = Callable[[Demo, Page], object]

BADGES: dict[str, Act] = {
    "charging": lambda _demo, _page: None,
    "paused": lambda _demo, page: page.get_by_role("button", name="Pause").click(),
    "available": lambda demo, _page: demo.do(do="unplug"),
    "awaiting": lambda demo, _page: (demo.do(do="unplug"), demo.do(do="plug")),
    "offline": lambda demo, _page: demo.do(do="cut"),
}


def main(names: Sequence[str] = ()) -> int:
    """Take all pictures, or those that are named; answers 1 when there is no browser to take them with."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chromium = parts.find(parts.CHROMIUM)
    if chromium is None:
        sys.stderr.write(f"{parts.missing(parts.CHROMIUM)}\n")
        return 1
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        owner = signed_in(browser, demo)
        _pages(browser, demo, owner, names or [*SCREENS, SESSION])
        if not names:
            _charger(browser, demo, owner)
            _embedded(browser, demo, owner)
            _badges(browser, demo, owner)
            _errors(browser, demo, owner)
        browser.close()
    return 0


def _badge(page: Page, status: str) -> None:
    page.locator(f'[data-testid="status-badge"][data-status="{status}"]').first.wait_for(timeout=45_000)
    page.wait_for_timeout(1_200)


def _take(page: Page, name: str) -> None:
    page.screenshot(path=FOLDER / f"{name}.png")


def _windows(browser: Browser, owner: StorageState) -> Iterator[tuple[str, Page]]:
    """Each form in each theme, with the end of the names of its pictures."""
    for theme, dark in THEMES.items():
        for form, size in (("phone", PHONE), ("desktop", DESKTOP)):
            with window(browser, Window(size, dark=dark), owner) as page:
                yield f"{form}-{theme}", page


def _charger(browser: Browser, demo: Demo, owner: StorageState) -> None:
    for end, page in _windows(browser, owner):
        page.goto(demo.address + "/chargers/garage")
        _badge(page, "charging")
        page.wait_for_timeout(6_000)
        _take(page, f"charger-{end}")


def _embedded(browser: Browser, demo: Demo, owner: StorageState) -> None:
    """A card for other sites' pages, at its own address."""
    with window(browser, Window(DESKTOP), owner) as page:
        page.goto(demo.address + "/chargers/garage/settings")
        page.get_by_role("button", name="New card").click()
        page.get_by_label("Name", exact=True).last.fill("Entrance hall")
        page.get_by_label("Sites that may show it").fill("https://intranet.example.org")
        page.get_by_role("button", name="Create card").click()
        address = page.get_by_role("textbox", name="Address alone").input_value()
        page.get_by_role("button", name="New card").scroll_into_view_if_needed()
        _take(page, "embed-settings-desktop-light")
    with window(browser, Window(CARD)) as page:
        for theme in THEMES:
            page.goto("about:blank")
            page.goto(address.replace("#", f"?theme={theme}#"))
            _badge(page, "charging")
            _take(page, f"embed-{theme}")


def _pages(browser: Browser, demo: Demo, owner: StorageState, names: Sequence[str]) -> None:
    settle(demo)
    for end, page in _windows(browser, owner):
        wait_until_filled(page, demo)
        for name in names:
            page.goto(demo.address + (newest_session(page, demo) if name == SESSION else SCREENS[name]))
            page.wait_for_timeout(2_500)
            _take(page, f"{name}-{end}")


def wait_until_filled(page: Page, demo: Demo) -> None:
    """The demo's devices tell of the last months once they are connected; a picture shows all of it."""
    for _ in range(90):
        told = page.request.get(f"{demo.address}/api/history", params={"bucket": "month"}).json()
        if told["totals"]["sessions"] > MOST_OF_A_MONTH:
            return
        page.wait_for_timeout(1_000)


def newest_session(page: Page, demo: Demo) -> str:
    """The address of the newest session that has ended."""
    told = page.request.get(f"{demo.address}/api/sessions", params={"limit": 10}).json()
    return f"/history/{next(one['id'] for one in told['items'] if one['ended_at'])}"


def _badges(browser: Browser, demo: Demo, owner: StorageState) -> None:
    for status, act in BADGES.items():
        with window(browser, Window(PHONE), owner) as page:
            settle(demo)
            page.goto(demo.address + "/chargers/garage")
            _badge(page, "charging")
            act(demo, page)
            _badge(page, status)
            _take(page, f"badge-{status}")
            if status == "paused":
                page.get_by_role("button", name="Resume").click()
                _badge(page, "charging")


def _errors(browser: Browser, demo: Demo, owner: StorageState) -> None:
    """The danger comes last, since somebody has to inspect the charger after it."""
    for error in sorted(ErrorType, key=lambda error: error is ErrorType.RELAY_FAILURE):
        with window(browser, Window(PHONE), owner) as page:
            settle(demo)
            page.goto(demo.address + "/chargers/garage")
            _badge(page, "charging")
            demo.do(do="error", type=error.value)
            _badge(page, "charging" if error is ErrorType.DEVICE_HOT else "error")
            _take(page, f"error-{error.value}-phone-light")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
