"""Each of the ten errors in a real browser: its name, what it means, and its page in the guide."""

import pytest
from playwright.sync_api import expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

from chargedeck.domain.errors import ErrorType, Severity, severity

TITLES = {
    ErrorType.CAR_ERROR: "Car error",
    ErrorType.DEVICE_HOT: "Device getting hot",
    ErrorType.CRITICAL_TEMPERATURE: "Critical temperature",
    ErrorType.OVERCURRENT: "Overcurrent",
    ErrorType.VOLTAGE_OUT_OF_RANGE: "Voltage out of range",
    ErrorType.RESIDUAL_CURRENT: "Residual current detected",
    ErrorType.SYSTEM_ERROR: "System error",
    ErrorType.METERING_ERROR: "Metering error",
    ErrorType.EV_COMMUNICATION_ERROR: "EV communication error",
}


@pytest.mark.parametrize("error", TITLES, ids=str)
def test_an_error_is_named_and_explained(charging: Demo, open_page: OpenPage, error: ErrorType) -> None:
    page = open_page()
    badge = page.get_by_test_id("status-badge").first
    expect(badge).to_have_attribute("data-status", "charging")
    charging.do(do="error", type=error.value)
    expect(page.get_by_text(TITLES[error]).first).to_be_visible()
    status = "charging" if severity(error) is Severity.WARNING else "error"
    expect(badge).to_have_attribute("data-status", status)
    page.get_by_role("link", name="See error guide").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[error])
    expect(page.get_by_role("heading", name="What to do now")).to_be_visible()


def test_a_relay_failure_is_a_danger_until_somebody_has_inspected(
    charging: Demo, open_page: OpenPage
) -> None:
    page = open_page()
    charging.do(do="error", type=ErrorType.RELAY_FAILURE.value)
    banner = page.get_by_role("alert").filter(has_text="Disconnect power immediately")
    expect(banner).to_be_visible()
    expect(banner.get_by_role("button", name="Close")).to_have_count(0)
    charging.do(do="clear_error")
    charging.do(do="unplug")
    expect(page.get_by_role("button", name="Start charging")).to_be_disabled()
    page.reload()
    expect(banner).to_be_visible()
    expect(page.get_by_role("button", name="Start charging")).to_be_disabled()
    page.get_by_label("Inspected by").fill("Ana Pop, electrician")
    page.get_by_label("Result").fill("Contactor replaced")
    page.get_by_role("button", name="Record inspection and unlock").click()
    expect(page.get_by_role("button", name="Start charging")).to_be_enabled()
    expect(banner).to_have_count(0)
