"""The first day, on an empty server: from the claim link to the report of the first session."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.e2e.test_badges import expect_badge
from tests.e2e.window import DESKTOP, PHONE, Window, window
from tests.support.ports import LOOPBACK
from tests.support.server import Server, running_server
from tests.support.simulator import simulator_process

CLAIM = re.compile(r"http://\S+/claim#\S+")

Tell = Callable[..., None]


@contextmanager
def charge_point(url: str, name: str, password: str) -> Iterator[Tell]:
    """A simulated charge point, and how to do something at it."""
    fast = ("--reconnect-max", "0.5", "--speed", "5")  # so that a cent has soon been charged
    with (
        simulator_process(url, {name: password}, *fast) as port,
        socket.create_connection((LOOPBACK, port), timeout=30) as connection,
        connection.makefile("rw") as control,
    ):

        def tell(**command: Any) -> None:
            control.write(json.dumps(command) + "\n")
            control.flush()
            answer = json.loads(control.readline())
            assert answer["ok"], answer

        yield tell


def claim(page: Page, server: Server) -> None:
    """The link that the console has printed makes the owner, and shows them around."""
    link = CLAIM.search(server.said())
    assert link is not None, server.said()
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Waiting for its owner")).to_be_visible()
    page.goto(link[0])
    page.get_by_label("First name").fill("Ana")
    page.get_by_label("E-mail").fill("ana@example.org")
    page.get_by_label("Password", exact=True).fill("teapot under a bridge")
    page.get_by_role("button", name="Create owner account").click()
    tour = page.get_by_role("dialog", name="A look around")
    expect(tour).to_contain_text("1 of 4")
    for _ in range(3):
        tour.get_by_role("button", name="Next").click()
    tour.get_by_role("link", name="Add new device").click()
    expect(tour).to_have_count(0)


def add_charger(page: Page) -> str:
    """An id is chosen; the password is shown once."""
    page.get_by_role("radio", name="OCPP").click()
    page.get_by_label("Id", exact=True).fill("garage")
    page.get_by_label("Name").fill("Garage")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_test_id("device-arrival")).not_to_have_attribute("data-arrived", "true")
    return page.get_by_label("Password", exact=True).input_value()


def look_at_the_clock(page: Page, server: Server) -> None:
    """The station goes by the clock of the browser that has claimed it; put back to UTC it says so."""
    page.goto(f"{server.url}/stations")
    main, sheet = page.get_by_role("main"), page.get_by_role("dialog", name="Change station")
    expect(main.get_by_role("listitem")).to_contain_text("Europe/Bucharest · Default station")
    main.get_by_role("button", name="Edit: Home").click()
    sheet.get_by_label("Name").fill("Cottage")
    sheet.get_by_label("Time zone").select_option("UTC")
    sheet.get_by_role("button", name="Save").click()
    expect(main.get_by_role("listitem")).to_contain_text("Cottage UTC · Default station")

    page.goto(f"{server.url}/chargers/garage/schedule")
    expect(main).to_contain_text("your browser by Europe/Bucharest")
    page.get_by_role("link", name="Set the time zone").click()
    expect(sheet.get_by_label("Time zone")).to_have_value("Europe/Bucharest")
    sheet.get_by_role("button", name="Save").click()
    expect(main.get_by_role("listitem")).to_contain_text("Cottage Europe/Bucharest · Default station")

    page.get_by_role("button", name="Add station").click()
    added = page.get_by_role("dialog", name="Add station")
    added.get_by_label("Name").fill("Office")
    added.get_by_role("button", name="Save").click()
    expect(main.get_by_role("listitem")).to_have_count(2)
    main.get_by_role("button", name="Edit: Office").click()
    sheet.get_by_role("button", name="Remove").click()
    sheet.get_by_role("button", name="Remove").last.click()
    expect(main.get_by_role("listitem")).to_have_count(1)


def set_one_price(page: Page, server: Server) -> None:
    """Fifty cents at any time."""
    page.goto(f"{server.url}/energy")
    page.get_by_role("link", name="Tariff and prices").click()
    form = page.get_by_test_id("tariff-form")
    form.get_by_role("radio", name="One price").check()
    form.get_by_role("textbox", name=re.compile("^Price")).first.fill("0.50")
    form.get_by_role("button", name="Save tariff").click()
    expect(page.get_by_text(re.compile("^The tariff is saved"))).to_be_visible()


def charge(page: Page, server: Server, tell: Tell) -> None:
    """The car is plugged in, authorised, limited and stopped."""
    page.goto(f"{server.url}/chargers/garage")
    expect_badge(page, "available")
    tell(do="plug")
    page.get_by_role("button", name="Authorize charging").click()
    expect_badge(page, "charging")
    page.get_by_role("button", name="10 A", exact=True).click()
    expect(page.get_by_test_id("ring")).to_contain_text(re.compile(r"of 10 A"))
    expect(page.get_by_test_id("cost-card")).to_contain_text(re.compile(r"0\.[0-9][1-9]"), timeout=60_000)
    page.get_by_role("button", name="Stop charging").click()
    expect_badge(page, "available")


def read_the_report(page: Page) -> None:
    """The session is in the history with its cost, and on the paper."""
    page.get_by_role("link", name="History").first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Garage.*0\.\d\d kWh", re.DOTALL))
    page.get_by_role("button", name="Export").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("radio", name="PDF report").check()
    with page.expect_download() as download:
        sheet.get_by_role("button", name="Export", exact=True).click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("phone", [True, False], ids=["phone, light", "desktop, dark"])
def test_the_first_day(browser: Browser, tmp_path: Path, phone: bool) -> None:
    with (
        running_server(tmp_path) as server,
        window(browser, Window(PHONE if phone else DESKTOP, dark=not phone)) as page,
    ):
        claim(page, server)
        password = add_charger(page)
        with charge_point(server.ocpp_url, "garage", password) as tell:
            expect(page.get_by_test_id("device-arrival")).to_have_attribute("data-arrived", "true")
            look_at_the_clock(page, server)
            set_one_price(page, server)
            charge(page, server, tell)
            read_the_report(page)
