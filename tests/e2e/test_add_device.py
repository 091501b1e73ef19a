"""A LEKTRI.CO device is added by its address, set up, and removed again, as its owner does it."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.unit import simulated


def ask(page: Page, address: str) -> None:
    """Type an address and ask what is there."""
    page.get_by_label("Address", exact=True).fill(address)
    page.get_by_role("button", name="Find device").click()


def remove(page: Page) -> None:
    """Remove the device whose page or settings are open."""
    page.get_by_role("button", name="Remove device").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Devices")


def test_a_charger_is_added_by_its_address(open_page: OpenPage, tmp_path: Path) -> None:
    with simulated("1p7k", 700_001, folder=tmp_path) as unit:
        page = open_page("/devices/new?way=address")
        ask(page, unit.address)
        found = page.get_by_test_id("found-unit")
        expect(found).to_have_attribute("data-hardware", unit.hardware_id)
        expect(found).to_contain_text("1P7K")
        expect(found).to_contain_text(unit.serial)
        page.get_by_label("Name").fill("Guest place")
        page.get_by_label("Installation current (A)").fill("20")
        page.get_by_label("Plug and charge").select_option("Off")
        page.get_by_role("button", name="Add charger").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Guest place")
        expect(page.get_by_test_id("status-badge").first).to_have_attribute("data-status", "available")
        expect(page.get_by_role("slider", name="Allowed current")).to_have_attribute("max", "20")

        page.goto(page.url.split("/chargers/")[0] + "/devices/new?way=address")
        ask(page, unit.address)
        expect(page.get_by_role("status").filter(has_text="as Guest place")).to_be_visible()
        page.get_by_role("link", name="Open device").click()
        remove(page)
        expect(page.get_by_text("Guest place", exact=True)).to_have_count(0)


def test_an_energy_module_is_what_it_says_it_is(open_page: OpenPage, tmp_path: Path) -> None:
    with simulated("em", 700_002, folder=tmp_path) as unit:
        page = open_page("/devices/new?way=address")
        ask(page, unit.address)
        expect(page.get_by_test_id("found-unit")).to_contain_text("Energy module")
        page.get_by_role("button", name="Add energy module").click()
        expect(page.get_by_test_id("meter")).to_contain_text("L1")
        expect(page.get_by_test_id("balancing")).to_have_attribute("data-mode", "off")
        remove(page)


def test_a_device_behind_a_password_asks_for_it(open_page: OpenPage, tmp_path: Path) -> None:
    with simulated("1p7k", 700_003, login=("owner", "keep out"), folder=tmp_path) as unit:
        page = open_page("/devices/new?way=address", refused=True)
        ask(page, unit.address)
        address = page.get_by_label("Address", exact=True)
        expect(address).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text(re.compile("user name and a password"))).to_be_visible()
        page.get_by_label("Password of the device").select_option("User name and password")
        page.get_by_label("User name").fill("owner")
        page.get_by_label("Password", exact=True).fill("keep out")
        page.get_by_role("button", name="Find device").click()
        expect(page.get_by_test_id("found-unit")).to_have_attribute("data-hardware", unit.hardware_id)


def test_every_refusal_stands_at_its_field(demo: Demo, open_page: OpenPage) -> None:
    page = open_page("/devices/new?way=address", refused=True)
    address = page.get_by_label("Address", exact=True)
    for wrong, reason in (
        ("127.0.0.1:1", "Nothing answers at 127.0.0.1:1"),
        ("8.8.8.8", "not in a network where devices may be"),
        ("http://user@host/", "Must be an address"),
        (demo.address.removeprefix("http://"), "does not answer as a LEKTRI.CO device"),
    ):
        ask(page, wrong)
        expect(address).to_have_attribute("aria-invalid", "true")
        described = address.get_attribute("aria-describedby")
        expect(page.locator(f"[id='{described}']")).to_contain_text(reason)
        address.fill("")
        expect(page.get_by_test_id("found-unit")).to_have_count(0)


def test_a_broken_unit_is_replaced_and_the_charger_keeps_its_name(
    open_page: OpenPage, tmp_path: Path
) -> None:
    with (
        simulated("1p7k", 700_004, folder=tmp_path) as broken,
        simulated("1p7k", 700_005, folder=tmp_path) as new,
    ):
        page = open_page("/devices/new?way=address")
        ask(page, broken.address)
        page.get_by_label("Name").fill("Driveway")
        page.get_by_role("button", name="Add charger").click()
        page.get_by_role("link", name="Charger settings").click()
        facts = page.get_by_role("main")
        expect(facts).to_contain_text(broken.serial)
        page.get_by_role("button", name="Replace unit").click()
        sheet = page.get_by_role("dialog")
        sheet.get_by_label("Address", exact=True).fill(new.address)
        sheet.get_by_role("button", name="Look what is there").click()
        expect(sheet.get_by_test_id("found-unit")).to_have_attribute("data-hardware", new.hardware_id)
        sheet.get_by_role("button", name="Replace", exact=True).click()
        expect(sheet).to_have_count(0)
        expect(facts).to_contain_text(new.serial)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Driveway")
        expect(page.get_by_text("Connected").first).to_be_visible()
        remove(page)
