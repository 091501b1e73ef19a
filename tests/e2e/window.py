"""Browser windows as the design asks for them: phone and desktop, light and dark."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState, ViewportSize
from tests.e2e.demo import Demo

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

NOT_SIGNED_IN_YET = "401 (Unauthorized)"
CUT = re.compile("ERR_(CONNECTION|INCOMPLETE_CHUNKED)")
REFUSAL = re.compile(r"responded with a status of (404|409|422|502|504)")
"""Chromium complains of every refusal, also of one that the page tells its user well."""


@dataclass(frozen=True)
class Window:
    """A size, a theme, and whether what is done in it will be refused."""

    size: ViewportSize
    dark: bool = False
    motion: bool = False
    refused: bool = False
    worker: bool = False
    """Most tests do without the worker, which would fetch the whole app for each of them."""


@contextmanager
def window(browser: Browser, chosen: Window, state: StorageState | None = None) -> Iterator[Page]:
    """A window with `state`'s cookies; errors in its console or its code fail the test that opened it."""
    context = browser.new_context(
        storage_state=state,
        viewport=chosen.size,
        color_scheme="dark" if chosen.dark else "light",
        reduced_motion="no-preference" if chosen.motion else "reduce",
        locale="en-GB",
        timezone_id="Europe/Bucharest",
        service_workers="allow" if chosen.worker else "block",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend(_complaint(message, chosen)))
    try:
        yield page
    finally:
        context.close()
    assert not complaints, complaints


def _complaint(message: ConsoleMessage, chosen: Window) -> list[str]:
    """What is wrong; that somebody must sign in first is not, nor is a refusal that was to come."""
    expected = NOT_SIGNED_IN_YET in message.text or CUT.search(message.text) is not None
    expected = expected or (chosen.refused and REFUSAL.search(message.text) is not None)
    return [message.text] if message.type == "error" and not expected else []


def signed_in(browser: Browser, demo: Demo) -> StorageState:
    """Sign in by the form, like anybody; the answer opens further windows without asking again."""
    with window(browser, Window(PHONE)) as page:
        sign_in(page, demo)
        return page.context.storage_state()


def sign_in(page: Page, demo: Demo) -> None:
    """Open the app and fill in the form."""
    page.goto(demo.address)
    page.get_by_label("E-mail").fill(demo.email)
    page.get_by_label("Password", exact=True).fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").first.wait_for()
