"""The app on a home screen: installed, without a network, woken up, upgraded, pushed to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from tests.e2e.demo import Demo
from tests.e2e.relay import Relay, relayed
from tests.e2e.window import PHONE, Window, signed_in, window
from tests.e2e.worker import becomes, deliver_push, notification

from chargedeck.web.front import DIST

SOON = 8_000
"""Milliseconds; far below the 25 s after which silence alone counts as a loss."""


@pytest.fixture
def relay(demo: Demo) -> Iterator[Relay]:
    port = urlsplit(demo.address).port
    assert port is not None
    with relayed(port) as relay:
        yield relay


@contextmanager
def installed(browser: Browser, owner: StorageState, relay: Relay) -> Iterator[Page]:
    """The owner's phone, with the worker in place and the present state kept."""
    with window(browser, Window(PHONE, refused=True, worker=True), owner) as page:
        page.context.grant_permissions(["notifications"], origin=relay.address)
        page.goto(f"{relay.address}/chargers/garage")
        becomes(page, "navigator.serviceWorker.controller !== null")
        becomes(page, "caches.has('chargedeck-state')")
        yield page


def test_without_a_network_and_after_sleep(browser: Browser, charging: Demo, relay: Relay) -> None:
    # A sign-in of its own, since it will be ended.
    with installed(browser, signed_in(browser, charging), relay) as page:
        # A stream that died in its sleep is replaced when the page wakes up, not when its silence is noticed.
        relay.silence()
        page.wait_for_timeout(2_500)
        charging.do(do="unplug")
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.get_by_test_id("status-badge")).to_have_attribute(
            "data-status", "available", timeout=SOON
        )

        page.evaluate("dispatchEvent(new Event('pagehide'))")
        page.wait_for_timeout(200)
        relay.cut()
        expect(page.get_by_test_id("lost-bar")).to_be_visible()
        page.goto(f"{relay.address}/")
        expect(page.get_by_test_id("lost-bar")).to_contain_text("Values are from")
        expect(page.get_by_role("heading", name="Garage")).to_be_visible()
        expect(page.get_by_role("button", name="Start charging: Garage")).to_be_disabled()
        page.get_by_role("link", name="Garage").click()
        expect(page.get_by_role("slider", name="Allowed current")).to_be_disabled()
        page.get_by_role("link", name="Energy").click()
        expect(page.get_by_role("main")).not_to_be_empty()

        relay.mend()
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_test_id("lost-bar")).to_be_hidden(timeout=SOON)
        # The server has confirmed who is here: something can be changed again.
        page.get_by_role("button", name="Open the profile menu").click()
        page.get_by_role("button", name="Logout").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        relay.cut()
        page.goto(f"{relay.address}/chargers/garage")
        expect(page.get_by_text("The server does not answer")).to_be_visible()
        expect(page.get_by_text("Garage")).to_be_hidden()


def test_installable_upgraded_and_pushed_to(
    browser: Browser, demo: Demo, owner: StorageState, relay: Relay
) -> None:
    # Files come whole and as they are, so that the relay can make another build of them.
    relay.asks |= {b"gzip, deflate": b"none, nothing", b"If-None-Match": b"X-None-Match:"}
    with installed(browser, owner, relay) as page:
        chromium = page.context.new_cdp_session(page)
        faults = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [one["errorId"] for one in faults] == ["in-incognito"], "but for the test's own window"
        manifest = chromium.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert json.loads(manifest["data"])["display"] == "standalone"

        push = {
            "title": "Garage",
            "body": "Car error",
            "url": "/chargers/garage",
            "tag": "t",
            "kind": "charger_error",
        }
        page.goto(f"{relay.address}/privacy")
        expect(page.get_by_role("heading", name="In this browser")).to_be_visible()
        deliver_push(page, json.dumps(push))
        assert notification(page) == ["Garage", "Car error", "t", "/chargers/garage"]

        listed = json.loads((DIST / "files.en.json").read_text())
        build = listed["build"].encode()
        scripts = [file.rpartition("/")[2].encode() for file in listed["files"] if file.endswith(".js")]
        # Of another build no script has a name of this one's, or both would be loaded side by side; each has
        # another one as long, which the last letters of a name alone are not.
        newer = [b"new%04d.js" % number for number in range(len(scripts))]
        assert {len(name) for name in scripts} == {len(name) for name in newer}
        for old, new in ((build, build[::-1]), *zip(scripts, newer, strict=True)):
            relay.answers[old] = new
            relay.asks[new] = old
        page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
        expect(page.get_by_test_id("toast")).to_contain_text("new version")
        page.get_by_role("button", name="Reload").click()
        page.wait_for_event("load")
        expect(page.get_by_role("heading", name="In this browser")).to_be_visible()
        assert (
            page.evaluate("document.querySelector('script[src]').src").rpartition("/")[2].startswith("new0")
        )
        assert page.evaluate("caches.keys()") == [
            "chargedeck-state",
            f"chargedeck-app-{build[::-1].decode()}",
        ]
