"""The browser that the app is measured in, and what is told it beside what a page can be told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright
from scripts import parts

CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
"""Without a graphics processor, which the machines that measure do not have: all is drawn by the cores."""


def chromium() -> Path:
    """Where it is; ends the program where there is none."""
    found = parts.find(parts.CHROMIUM)
    if found is None:
        sys.exit(parts.missing(parts.CHROMIUM))
    return found


@contextmanager
def launched(playwright: Playwright, *options: str) -> Iterator[Browser]:
    """A browser without a screen, until the block is left."""
    browser = playwright.chromium.launch(executable_path=str(chromium()), args=[*CHROMIUM_OPTIONS, *options])
    try:
        yield browser
    finally:
        browser.close()
