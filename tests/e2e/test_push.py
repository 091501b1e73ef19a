"""Push from one end to the other: an error at a charger becomes a notification on a phone."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, Page, expect
from tests.api.site import PASSWORD, Site, site_in, template
from tests.e2e.window import PHONE, Window, window
from tests.e2e.worker import becomes, click_notification, deliver_push, notification
from tests.notify.push_office import Browser as Keys
from tests.notify.push_office import PushOffice, push_office
from tests.octt.certificates import made_certificate

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.hub.records import Role, UserRecord
from chargedeck.notify.outside import Poster
from chargedeck.web.front import DIST

SUBSCRIBES = """
(() => {
  const key = "test-subscription";
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const own = () => {
    const kept = localStorage.getItem(key);
    return kept === null ? null : {
      endpoint: told.endpoint,
      options: { applicationServerKey: null },
      toJSON: () => told,
      unsubscribe: async () => { localStorage.removeItem(key); return true; },
    };
  };
  const told = TOLD;
  PushManager.prototype.getSubscription = async () => own();
  PushManager.prototype.subscribe = async ({ applicationServerKey: asked }) => {
    localStorage.setItem(key, typeof asked === "string" ? asked : text(asked));
    return own();
  };
})();
"""
"""A subscription as the browser of a phone has it, with keys that the test knows."""

_SUBSCRIPTION = "navigator.serviceWorker.ready.then((one) => one.pushManager.getSubscription())"
SUBSCRIBED, NOT_SUBSCRIBED = (f"{_SUBSCRIPTION}.then((one) => one {sign}== null)" for sign in "!=")


@dataclass
class Town:
    """A server and a push service, each on loopback and on a loop of their own beside the test."""

    portal: BlockingPortal
    site: Site
    office: PushOffice

    def user(self, role: Role) -> UserRecord:
        return self.portal.call(self.site.user, role)

    def fails(self, error: ErrorType) -> None:
        """The charger reports an error, of which the server tells by itself."""
        self.portal.call(lambda: self.site.status(OutletState.FAULTED, error=error))

    def given_a_password(self, user: UserRecord) -> None:
        """By an owner, which ends every sign-in of theirs."""
        people = self.site.people
        self.portal.call(lambda: people.users.set_password(user.id, "four other words here", by="test"))

    def channels(self, user: UserRecord) -> int:
        return len(self.portal.call(self.site.services.notices.choices.ways, user.id))


@contextmanager
def town(folder: Path) -> Iterator[Town]:
    """The server sends to the internet alone; this one may send to loopback too, and trusts the service."""
    certificate = made_certificate("127.0.0.1").saved(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificate)
    trusted = ssl.create_default_context(cafile=str(certificate[0]))
    poster = Poster((ip_network("127.0.0.0/8"),), trusted=trusted)
    (folder / "dist").symlink_to(DIST)
    with start_blocking_portal() as portal:
        empty = portal.call(template, folder)
        with (
            portal.wrap_async_context_manager(push_office(tls)) as office,
            portal.wrap_async_context_manager(site_in(folder, empty, poster=poster)) as site,
        ):
            portal.call(site.add_device)
            portal.call(site.services.notices.run)
            yield Town(portal, site, office)


@contextmanager
def phone(browser: Browser, town: Town, keys: Keys) -> Iterator[Page]:
    """A phone that can be pushed to, at the sign-in page."""
    told = json.dumps(keys.subscription(f"{town.office.origin}/phone"))
    with window(browser, Window(PHONE, worker=True)) as page:
        page.context.grant_permissions(["notifications"], origin=town.site.url)
        page.add_init_script(SUBSCRIBES.replace("TOLD", told))
        page.goto(town.site.url)
        yield page


def sign_in(page: Page, user: UserRecord) -> None:
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("navigation").first.wait_for()
    becomes(page, "navigator.serviceWorker.controller !== null")


def switch_push_on(page: Page) -> None:
    page.get_by_role("button", name="Open the profile menu").click()
    page.get_by_role("link", name="Notification settings").click()
    switch = page.get_by_role("switch", name="Push on this device")
    switch.click()
    expect(switch).to_be_checked()


def pushed(page: Page, town: Town, keys: Keys) -> bytes:
    """What the push service was handed, as the phone alone can read it; that it came from this server."""
    for _ in range(150):
        if town.office.requests:
            break
        page.wait_for_timeout(100)
    (request,) = town.office.requests
    town.office.requests.clear()
    asked = page.evaluate("localStorage.getItem('test-subscription')")
    assert request.claims(town.office.origin)["key"] == asked
    return keys.read(request.body)


def test_an_error_is_shown_on_the_phone(browser: Browser, tmp_path: Path) -> None:
    """All is real but the last mile: a headless Chromium cannot subscribe at a push service.

    The test answers for it, receives what the server sends, decrypts it, and hands it to the worker as the
    browser would.
    """
    keys = Keys()
    with town(tmp_path) as town_, phone(browser, town_, keys) as page:
        user = town_.user(Role.OWNER)
        sign_in(page, user)
        switch_push_on(page)
        town_.fails(ErrorType.OVERCURRENT)
        text = pushed(page, town_, keys)
        told: dict[str, Any] = json.loads(text)
        deliver_push(page, text.decode())
        title, body, tag, path = notification(page)
        assert (title, body) == (told["title"], told["body"])
        assert "Garage" in title
        assert "Overcurrent" in title
        assert body
        assert (tag, path) == ("garage:charger_error:overcurrent", "/chargers/garage")
        click_notification(page)
        expect(page).to_have_url(f"{town_.site.url}/chargers/garage")
        expect(page.get_by_role("heading", level=1, name="Garage")).to_be_visible()


def test_who_signs_out_is_told_nothing_there_any_more(browser: Browser, tmp_path: Path) -> None:
    keys = Keys()
    with town(tmp_path) as town_, phone(browser, town_, keys) as page:
        ana, bob = town_.user(Role.OWNER), town_.user(Role.DRIVER)
        sign_in(page, ana)
        switch_push_on(page)
        page.get_by_role("button", name="Open the profile menu").click()
        page.get_by_role("button", name="Logout").click()
        becomes(page, NOT_SUBSCRIBED)
        assert town_.channels(ana) == 0

        # A sign-in that is ended from elsewhere leaves the browser subscribed until the next person signs in.
        sign_in(page, ana)
        switch_push_on(page)
        town_.given_a_password(ana)
        page.get_by_role("button", name="Sign in", exact=True).wait_for()
        assert town_.channels(ana) == 0
        assert page.evaluate(SUBSCRIBED)
        sign_in(page, bob)
        becomes(page, NOT_SUBSCRIBED)
        assert town_.channels(bob) == 0
