"""What people say of sessions and cars: it is kept, it is found again, and a removed session is gone."""

import re

from playwright.sync_api import Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

ALL = "/history?period=all"


def test_a_session_gets_a_note_a_tag_and_a_car_and_is_found_by_them(
    charging: Demo, open_page: OpenPage
) -> None:
    page = open_page("/cars")
    page.get_by_role("button", name="Add car").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Name").fill("Blue Zoe")
    sheet.get_by_label("Licence plate").fill("B 42 ANA")
    sheet.get_by_label("Battery (kWh)").fill("52,5")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("B 42 ANA · 52.50 kWh battery")

    page.goto(charging.address + ALL + "&sort=started_at")
    page.locator("[data-session]").first.click()
    page.get_by_role("button", name="Edit session").click()
    sheet.get_by_label("Car").select_option(label="Blue Zoe")
    sheet.get_by_label("Note").fill("Trip to the sea")
    sheet.get_by_label("Tags").fill("holiday, family")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("Trip to the sea")
    expect(page.get_by_role("main")).to_contain_text("holiday, family")

    for words in ("to the sea", "family", "zoe"):
        page.goto(f"{charging.address}{ALL}&search={words}")
        expect(page.locator("[data-session]")).to_have_count(1)


def test_a_session_charged_elsewhere_is_added_and_removed(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/history", phone=False)
    page.get_by_role("button", name="Add session").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Where").fill("Motorway, Sibiu")
    sheet.get_by_label("Energy (kWh)").fill("31,4")
    sheet.get_by_label("What it cost").fill("18.84")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).not_to_be_visible()

    page.goto(f"{charging.address}{ALL}&search=sibiu")
    row = page.get_by_role("row").filter(has_text="Motorway, Sibiu")
    expect(row).to_contain_text("31.40 kWh")
    expect(row).to_contain_text(re.compile(r"18\.84"))
    row.get_by_role("link").click()
    _remove(page)
    page.goto(f"{charging.address}{ALL}&search=sibiu")
    expect(page.get_by_text("No session matches")).to_be_visible()


def _remove(page: Page) -> None:
    page.get_by_role("button", name="Edit session").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Remove session").click()
    expect(sheet).to_contain_text("the removal is logged")
    sheet.get_by_role("button", name="Remove session").click()
    expect(page).to_have_url(re.compile("/history"))
    expect(page.get_by_text("The session was removed.")).to_be_visible()
