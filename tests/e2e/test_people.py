"""People: a guest who sees only what is theirs, a passkey for a password, a card that a charger reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.window import DESKTOP, PHONE, Window, window

NEW_CARD = "0BADCAFE"


def link_to_the_garage(page: Page, role: str = "Driver") -> str:
    """Invite somebody to the charger in the garage alone, for a day; answers the link."""
    page.get_by_role("button", name="Invite somebody").click()
    sheet = page.get_by_role("dialog", name="Invite somebody")
    sheet.get_by_label("For whom").fill("The neighbour")
    sheet.get_by_label("Role").select_option(role)
    sheet.get_by_label("The account").select_option("is for one day")
    sheet.get_by_role("switch", name="All chargers of these stations").click()
    sheet.get_by_role("switch", name="Garage", exact=True).click()
    sheet.get_by_role("button", name="Make the link").click()
    link = sheet.get_by_label("Link", exact=True).input_value()
    sheet.get_by_role("button", name="Done").click()
    return link


@contextmanager
def authenticator(page: Page) -> Iterator[None]:
    """Chromium's own virtual authenticator, which needs no finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    yield
    session.send("WebAuthn.disable")


def expect_inside(page: Page) -> None:
    expect(page.get_by_role("button", name="Open the profile menu")).to_be_visible()


def by_name(address: str) -> str:
    """The same by a name: a passkey is bound to one."""
    return address.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("phone", [True, False])
def test_a_driver_who_was_invited_sees_only_what_is_theirs(
    charging: Demo, browser: Browser, open_page: OpenPage, phone: bool
) -> None:
    link = link_to_the_garage(open_page("/people", phone=phone))
    address = "guest-phone@example.org" if phone else "guest-desk@example.org"
    with window(browser, Window(PHONE if phone else DESKTOP, refused=True)) as page:
        page.goto(link)
        expect(page.get_by_text("Demo Owner invites you as Driver")).to_be_visible()
        page.get_by_label("First name").fill("Greta")
        page.get_by_label("E-mail").fill(address)
        page.get_by_label("Password", exact=True).fill("password")
        page.get_by_role("button", name="Create account").click()
        expect(page.get_by_role("alert")).to_contain_text("three or four random words")
        page.get_by_label("Password", exact=True).fill("teapot under a bridge")
        page.get_by_role("button", name="Create account").click()
        expect_inside(page)
        expect(page.get_by_role("main")).to_contain_text("Garage")
        expect(page.get_by_text("Carport")).to_have_count(0)
        expect(page.locator('[data-status="charging"]').first).to_be_visible()
        expect(page.get_by_text("Blue card")).to_have_count(0)  # somebody else's session
        page.get_by_role("link", name="History").first.click()
        expect(page.get_by_role("main").get_by_role("link").filter(has_text="kWh")).to_have_count(0)
        page.get_by_role("button", name="Open the profile menu").click()
        for hidden in ("Users and cards", "Audit log", "Add new device"):
            expect(page.get_by_role("link", name=hidden)).to_have_count(0)
        page.goto(link)
        page.reload()
        expect(page.get_by_role("main")).to_contain_text("Garage")  # who is in needs no invitation


def test_a_link_works_once(browser: Browser, open_page: OpenPage) -> None:
    link = link_to_the_garage(open_page("/people"))
    for first in (True, False):
        with window(browser, Window(PHONE, refused=True)) as page:
            page.goto(link)
            if first:
                page.get_by_label("First name").fill("Once")
                page.get_by_label("E-mail").fill("once@example.org")
                page.get_by_label("Password", exact=True).fill("teapot under a bridge")
                page.get_by_role("button", name="Create account").click()
                expect_inside(page)
            else:
                expect(page.get_by_text("This invitation is not valid")).to_be_visible()


def test_a_passkey_signs_in_without_typing_anything(
    demo: Demo, browser: Browser, open_page: OpenPage
) -> None:
    link = by_name(link_to_the_garage(open_page("/people", phone=False)))
    with window(browser, Window(PHONE, refused=True)) as page, authenticator(page):
        page.goto(link)
        page.get_by_label("First name").fill("Petra")
        page.get_by_label("E-mail").fill("petra@example.org")
        page.get_by_role("button", name="Continue with a passkey").click()
        expect_inside(page)
        page.goto(by_name(demo.address) + "/profile")
        expect(page.get_by_role("button", name="Revoke: This device")).to_be_visible()
        page.get_by_role("button", name="Open the profile menu").click()
        page.get_by_role("button", name="Logout").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect_inside(page)
        page.goto(by_name(demo.address) + "/profile")
        expect(page.get_by_label("E-mail")).to_have_value("petra@example.org")
        expect(page.get_by_text(re.compile("Last used")).first).to_be_visible()


def test_a_card_is_learned_by_holding_it_to_a_charger(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/people")
    page.get_by_role("button", name="Add card").click()
    sheet = page.get_by_role("dialog", name="Add card")
    if sheet.get_by_label("Charger", exact=True).count():
        sheet.get_by_label("Charger", exact=True).select_option("Garage")
    sheet.get_by_role("button", name="Wait for the card").click()
    expect(sheet.get_by_text(re.compile("Hold the card to Garage now"))).to_be_visible()
    charging.do(do="swipe", id_tag=NEW_CARD)
    expect(sheet.get_by_text(f"Card {NEW_CARD} was read.")).to_be_visible()
    expect(sheet.get_by_label("Card number")).to_have_value(NEW_CARD)
    sheet.get_by_label("Name").fill("Red card")
    sheet.get_by_role("button", name="Save").click()
    expect(page.locator(f'[data-card="{NEW_CARD}"]')).to_contain_text("Red card")
    for _ in range(20):  # what people do is written down within a second
        page.goto(charging.address + "/audit")
        expect(page.get_by_text("127.0.0.1").first).to_be_visible()
        if "Add a card" in page.get_by_role("main").get_by_role("listitem").first.inner_text():
            break
    expect(page.get_by_role("main").get_by_role("listitem").first).to_contain_text("Add a card")
