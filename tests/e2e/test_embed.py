"""An embedded card in a page of another site: live, refused elsewhere, over when it is revoked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.relay import relayed
from tests.e2e.window import DESKTOP, Window, window


class OtherSite:
    """A page of somebody else's, at an address of its own."""

    def __init__(self) -> None:
        self.body = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>Intranet</title>{site.body}".encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def other_site() -> Iterator[OtherSite]:
    site = OtherSite()
    thread = Thread(target=site.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
        thread.join(5)


@pytest.fixture
def intranet() -> Iterator[OtherSite]:
    with other_site() as site:
        yield site


@pytest.fixture
def stranger() -> Iterator[OtherSite]:
    with other_site() as site:
        yield site


def test_a_card_in_another_sites_page(
    browser: Browser, charging: Demo, open_page: OpenPage, intranet: OtherSite, stranger: OtherSite
) -> None:
    settings = open_page("/chargers/garage/settings", phone=False)
    settings.get_by_role("button", name="New card").click()
    settings.get_by_label("Name", exact=True).last.fill("Entrance hall")
    settings.get_by_label("Sites that may show it").fill(intranet.address)
    settings.get_by_role("button", name="Create card").click()
    intranet.body = settings.get_by_role("textbox", name="Code for the page").input_value()
    stranger.body = intranet.body.replace(' loading="lazy"', "")  # so that its load is waited for
    assert re.search(r'src="http://127\.0\.0\.1:\d+/embed#code=cde_', intranet.body)
    preview = settings.frame_locator("iframe")
    expect(preview.get_by_test_id("status-badge")).to_have_attribute("data-status", "charging")

    address = settings.get_by_role("textbox", name="Address alone").input_value()
    with window(browser, Window({"width": 240, "height": 180})) as page:
        for theme in ("light", "dark"):
            page.goto(address.replace("#", f"?theme={theme}&lang=de#"))
            expect(page.get_by_test_id("status-badge")).to_have_text("Lädt")
            checked = Axe().run(page)
            assert checked.violations_count == 0, checked.generate_report()

    with relayed(int(charging.address.rpartition(":")[2])) as path, window(browser, Window(DESKTOP)) as page:
        intranet.body = intranet.body.replace(charging.address, path.address)
        page.goto(intranet.address)
        card = page.frame_locator("iframe")
        badge = card.get_by_test_id("status-badge")
        expect(badge).to_have_attribute("data-status", "charging")
        expect(card.get_by_role("heading", name="Garage")).to_be_visible()
        expect(card.get_by_test_id("embed-power")).to_have_text(re.compile(r"\d+\.\d+\s*kW"))
        expect(card.get_by_test_id("embed-age")).to_have_text(re.compile(r"live · \d+ s"))
        path.cut()
        expect(card.get_by_test_id("embed-card")).to_have_attribute("data-lost", "true")
        expect(card.get_by_test_id("embed-age")).to_contain_text("No connection to the server.")
        expect(card.get_by_test_id("ring")).to_have_attribute("data-motion", "dashed")
        path.mend()
        expect(card.get_by_test_id("embed-age")).to_have_text(re.compile(r"live · \d+ s"))
        charging.do(do="unplug")
        expect(badge).to_have_attribute("data-status", "available")
        assert page.context.cookies() == []

        refused = browser.new_page()
        refused.goto(stranger.address)
        assert [frame.url.partition(":")[0] for frame in refused.frames[1:]] == ["chrome-error"]
        refused.close()

        settings.get_by_role("button", name="Revoke: Entrance hall").click()
        expect(card.get_by_test_id("embed-ended")).to_contain_text("This card has ended")
        expect(badge).to_have_count(0)
