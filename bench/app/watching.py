"""Four chargers that report each second, only looked at: their cards, and the live chart of one of them."""

from playwright.sync_api import sync_playwright
from tests.e2e.window import DESKTOP, PHONE, Window, window

from bench.app.browser import launched
from bench.app.frames import TARGET, Frames, measures, turns
from bench.app.garage import garage
from bench.stages.stage import Found

CHARGERS = 4
EVERY_S = 1.0
_LOOKED_S = 10.0
_SCREENS = {
    "four cards, phone": ("/", PHONE),
    "four cards, desktop": ("/", DESKTOP),
    "ring and live chart, phone": ("/chargers/LG1?chart=power", PHONE),
    "ring and live chart, desktop": ("/chargers/LG1?chart=power", DESKTOP),
}


def measured(*, quick: bool) -> Found:
    """Look at each screen for a while, after it has drawn its first values."""
    found: dict[str, Frames] = {}
    with (
        sync_playwright() as playwright,
        launched(playwright) as browser,
        garage(browser, CHARGERS, EVERY_S) as place,
    ):
        for where, (path, size) in _SCREENS.items():
            with window(browser, Window(size, motion=True), place.owner) as page:
                page.goto(place.address + path)
                page.get_by_text("kW").first.wait_for()
                page.wait_for_timeout(2_000)
                look_ms = _LOOKED_S * (100 if quick else 1_000)
                found[where] = turns(page, [lambda: page.wait_for_timeout(look_ms)])  # noqa: B023
    return Found(
        tuple(measure for where, frames in found.items() for measure in measures(frames, where, TARGET))
    )
