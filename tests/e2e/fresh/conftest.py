"""Tests that look at a demo in which nothing has happened yet: no error, no sum, no other language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, StorageState
from tests.e2e.demo import Demo, running_demo
from tests.e2e.window import signed_in


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One of their own for the tests of a file."""
    with running_demo() as running:
        yield running


@pytest.fixture(scope="module")
def owner(browser: Browser, demo: Demo) -> StorageState:
    """Its owner."""
    return signed_in(browser, demo)
