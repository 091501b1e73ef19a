"""Notifications in a real browser: chosen, raised by a real error, and found in the inbox."""

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo


@pytest.mark.parametrize("phone", [True, False])
def test_an_error_is_in_the_inbox_of_who_wants_to_know(
    charging: Demo, open_page: OpenPage, phone: bool
) -> None:
    page = open_page("/chargers/garage", phone=phone, refused=True)
    page.get_by_role("button", name="Open the profile menu").click()
    page.get_by_role("link", name="Notification settings").click()
    expect(page.get_by_role("heading", name="Notification settings")).to_be_visible()
    wanted = page.get_by_role("switch", name="Charger error")
    expect(wanted).to_be_checked()
    for on in (False, True):
        wanted.click()
        expect(wanted).to_be_checked(checked=on)
    # The server of the demo has no mail server, and says so.
    expect(page.get_by_text("E-mail needs a mail server")).to_be_visible()
    night = page.get_by_role("switch", name="Messages wait at night")
    night.click()
    expect(page.get_by_label("From", exact=True)).to_have_value("22:00")
    night.click()
    expect(page.get_by_label("From", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Add a service").click()
    sheet = page.get_by_role("dialog", name="Add a service")
    sheet.get_by_label("Apprise URL").fill("syslog://")
    sheet.get_by_role("button", name="Add", exact=True).click()
    expect(sheet.get_by_text("speaks to the machine that it runs on")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()

    bell = page.get_by_role("link", name="Notifications,")
    # Each run has an error of its own: what came again within the hour is told on the notice that is there.
    error, title = (
        ("overcurrent", "Overcurrent") if phone else ("residual_current", "Residual current detected")
    )
    charging.do(do="error", type=error)
    bell.click()
    entry = page.get_by_role("link").filter(has_text=title).first
    expect(entry).to_contain_text("Garage")
    expect(entry).to_contain_text("New")
    page.get_by_role("button", name="Mark all as read").click()
    expect(entry).not_to_contain_text("New")
    expect(page.get_by_role("link", name="Notifications, 0 unread")).to_be_visible()
    entry.click()
    expect(page.get_by_role("heading", level=1, name="Garage")).to_be_visible()
