"""What people do, from the first click to the history, with keyboard and with wrong input."""

import re

from playwright.sync_api import Browser, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.test_badges import expect_badge
from tests.e2e.window import PHONE, Window, window


def test_the_allowed_current_is_obeyed_by_the_car(charging: Demo, open_page: OpenPage) -> None:
    page = open_page(phone=False)
    expect_badge(page, "charging")
    page.get_by_role("button", name="10 A", exact=True).click()
    expect(page.get_by_role("slider", name="Allowed current")).to_have_value("10")
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"(9|10) of 10 A"))
    assert charging.connector["offered_a"] == 10
    page.get_by_role("button", name="32 A", exact=True).click()
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"of 32 A"))


def test_the_slider_moves_with_the_keyboard(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    slider = page.get_by_role("slider", name="Allowed current")
    slider.focus()
    page.keyboard.press("Home")
    expect(slider).to_have_value("6")
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"of 6 A"))
    page.keyboard.press("End")
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"of 32 A"))


def test_a_stopped_session_is_in_the_history(charging: Demo, open_page: OpenPage) -> None:
    page = open_page()
    expect_badge(page, "charging")
    page.get_by_role("button", name="Stop charging").click()
    expect_badge(page, "available")
    register = int(charging.connector["register_wh"])  # OCPP 1.6 tells whole watt-hours
    page.get_by_role("link", name="History").first.click()
    page.get_by_role("main").get_by_role("link").filter(has_text="kWh").first.click()
    expect(page.get_by_text(re.compile("Blue card|Demo Owner")).first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(f"{register / 1000:,.3f}")


def test_a_wrong_password_is_said_and_nothing_else(browser: Browser, demo: Demo) -> None:
    with window(browser, Window(PHONE)) as page:
        page.goto(demo.address)
        page.get_by_label("E-mail").fill(demo.email)
        page.get_by_label("Password", exact=True).fill("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(re.compile("password", re.IGNORECASE))
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()


def test_advanced_data_shows_each_phase(charging: Demo, open_page: OpenPage) -> None:
    page = open_page(phone=False)
    page.get_by_role("button", name="Open the profile menu").click()
    page.get_by_role("switch", name="Advanced data").click()
    page.keyboard.press("Escape")
    table = page.get_by_role("table").filter(has_text="L1")
    expect(table).to_contain_text("L3")
    expect(table).to_contain_text("≈")
