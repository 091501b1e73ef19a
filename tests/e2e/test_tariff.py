"""A household sets its tariff, and the car that charges tells at once what it costs."""

import re

from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

CARD = "cost-card"


def test_a_tariff_gives_the_running_session_its_cost(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/energy")
    page.get_by_role("link", name="Tariff and prices").click()
    form = page.get_by_test_id("tariff-form")
    form.get_by_role("radio", name="One price").check()
    form.get_by_role("textbox", name=re.compile("^Price")).first.fill("0,50")
    form.get_by_label("VAT on top (%)").fill("")
    form.get_by_role("button", name="Save tariff").click()
    expect(page.get_by_text(re.compile("^The tariff is saved"))).to_be_visible()
    told = page.request.get(f"{charging.address}/api/stations/home/prices").json()
    price = re.escape(f"{float(told['slots'][-1]['buy']['amount']):.2f}")
    expect(page.get_by_text(re.compile(rf"^Now .?{price}"))).to_be_visible()

    page.goto(charging.address + "/chargers/garage")
    card = page.get_by_test_id(CARD)
    expect(card).to_contain_text("Cost (estimated)")
    expect(card).to_contain_text(re.compile(r"0\.\d\d"))
    card.click()
    expect(page).to_have_url(re.compile("cost=open"))
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Estimated from your tariff settings, may differ from your bill.")
    expect(sheet.get_by_role("table")).to_contain_text("Total")
    expect(sheet).to_contain_text("Grid")
    page.go_back()
    expect(sheet).not_to_be_visible()


def test_what_is_missing_is_said_before_anything_is_sent(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/stations/home/tariff", phone=False)
    form = page.get_by_test_id("tariff-form")
    form.get_by_role("radio", name="By time").check()
    form.get_by_role("textbox", name=re.compile("^Price at all other times")).fill("cheap")
    form.get_by_role("button", name="Save tariff").click()
    expect(form).to_contain_text("Enter a number, such as 0.25.")
    expect(form).to_contain_text("Something is missing or wrong above.")
    assert charging.address in page.url
