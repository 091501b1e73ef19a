"""A charger over OCPP: awaited live with its password, and one that came without a password is warned of."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.test_add_device import remove


@contextmanager
def charge_point(url: str, point_id: str, password_file: Path | None = None) -> Iterator[None]:
    """A simulated charge point that calls the server."""
    options = ["--url", url.rstrip("/"), "--id", point_id]
    if password_file is not None:
        options += ["--password-file", str(password_file)]
    process = subprocess.Popen(
        [sys.executable, "-m", "chargedeck", "simulate", "ocpp", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def test_a_charger_over_ocpp_is_awaited_live(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/devices/new?way=ocpp")
    page.get_by_label("Id", exact=True).fill("yard-1")
    page.get_by_label("Name").fill("Yard")
    page.get_by_role("button", name="Continue").click()
    arrival = page.get_by_test_id("device-arrival")
    expect(arrival).to_contain_text("Waiting for the charger to connect")
    expect(page.get_by_text("By address", exact=True)).to_have_count(0)
    url = page.get_by_label("OCPP address", exact=True).input_value()
    secret = tmp_path / "password"
    secret.write_text(page.get_by_label("Password", exact=True).input_value())
    secret.chmod(0o600)
    with charge_point(url, "yard-1", secret):
        expect(arrival).to_have_attribute("data-arrived", "true")
        page.get_by_role("link", name="Open charger").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Yard")
        expect(page.get_by_test_id("status-badge").first).to_have_attribute("data-status", "available")
        page.get_by_role("link", name="Charger settings").click()
        expect(page.get_by_test_id("ocpp-password")).to_have_attribute("data-has-password", "true")
        remove(page)


def test_a_charger_without_a_password_is_warned_of(open_page: OpenPage) -> None:
    page = open_page("/integrations")
    url = page.get_by_label("OCPP address", exact=True).input_value()
    with charge_point(url, "stranger-1"):
        page.goto(page.url.replace("/integrations", "/devices"))
        waiting = page.locator('[data-testid=pending-device][data-device="stranger-1"]')
        expect(waiting).to_contain_text("shown no password")
        waiting.get_by_role("button", name="Approve").click()
        device = page.get_by_role("link").filter(has_text="stranger-1")
        expect(device).to_contain_text("No password")
        device.click()
        password = page.get_by_test_id("ocpp-password")
        expect(password).to_contain_text("anybody in the network can pose as it")
        password.get_by_role("button", name="Set a password").click()
        expect(password.get_by_label("Password", exact=True)).not_to_have_value("")
        expect(password).to_have_attribute("data-has-password", "true")
        remove(page)
