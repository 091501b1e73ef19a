"""Every page of the app as its owner can open it, for tests that look at all of them."""

from playwright.sync_api import Page
from tests.e2e.demo import Demo
from tests.e2e.screens import SCREENS, newest_session

MORE = (
    "/chargers/garage",
    "/chargers/garage/settings",
    "/chargers/carport",
    "/devices/garage",
    "/devices/carport",
    "/devices/new?way=address",
    "/devices/new?way=ocpp",
    "/history?period=year&chart=cost&heat=hours&by=charger",
    "/history?period=day",
    "/nowhere",
    "/privacy",
    "/stations",
    "/stations?edit=home",
)
"""Pages that have no picture of their own, and what they can be in."""

OF_STRANGERS = ("/claim", "/signin", "/invitation")
"""Pages for who has not signed in; they have tests of their own."""


def every_page(page: Page, demo: Demo) -> list[str]:
    """Their addresses on a demo, one of a session among them."""
    return [*SCREENS.values(), newest_session(page, demo), *MORE]
