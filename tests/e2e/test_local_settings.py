"""What is changed in the browser is soon at the device, and the other way round."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.unit import set_at_device

TO_DEVICE_S = 1.0
TO_SCREEN_S = 1.5

CARPORT = "/chargers/carport"
SETTINGS = "/chargers/carport/settings"
METER = "/devices/main-meter"

DEFAULTS = {"headless": True, "charger_locked": False, "user_current": 32, "led_max_brightness": 10}
METER_DEFAULTS = {"load_balancing_mode": 0, "breaker_rating": 32, "reverse_current": False}


def address(demo: Demo, device: str) -> str:
    """Where one of the demo's devices is."""
    found: str = demo.device(device)["address"]
    return found


def setting(demo: Demo, device: str, key: str) -> object:
    """A setting as the device itself has it."""
    value: object = demo.device(device)["settings"][key]
    return value


@pytest.fixture(autouse=True)
def as_before(demo: Demo) -> Iterator[None]:
    """The demo's devices are left as they were found."""
    yield
    for device, defaults in (("carport", DEFAULTS), ("main-meter", METER_DEFAULTS)):
        for key, value in defaults.items():
            if setting(demo, device, key) != value:
                set_at_device(address(demo, device), key, value)


def seen_within(seconds: float, is_there: Callable[[], bool]) -> float:
    """Look until it is there; answers how long it took and fails when that is too long."""
    began = time.monotonic()
    while not is_there():
        assert time.monotonic() - began < seconds, f"not there within {seconds:g} s"
        time.sleep(0.02)
    return time.monotonic() - began


def ready(page: Page, test_id: str) -> None:
    """Wait until the screen shows the device live."""
    expect(page.get_by_test_id(test_id)).to_be_visible()
    expect(page.get_by_text("Connected").first).to_be_visible()


def press_switch(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("switch", name=name).click()


def save_value(label: str, value: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_label(label).fill(value)
        page.keyboard.press("Enter")

    return act


def slide_led(page: Page) -> None:
    slider = page.get_by_role("slider", name="LED brightness")
    slider.focus()
    page.keyboard.press("ArrowRight")


@pytest.mark.parametrize(
    ("act", "key", "value"),
    [
        pytest.param(press_switch("Lock charger"), "charger_locked", True, id="lock"),
        pytest.param(press_switch("Plug and charge"), "headless", False, id="plug and charge"),
        pytest.param(slide_led, "led_max_brightness", 15, id="LED by keyboard"),
    ],
)
def test_a_setting_is_at_the_charger_within_a_second(
    demo: Demo, open_page: OpenPage, act: Callable[[Page], None], key: str, value: object
) -> None:
    page = open_page(SETTINGS)
    ready(page, "device-settings")
    act(page)
    seen_within(TO_DEVICE_S, lambda: setting(demo, "carport", key) == value)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


@pytest.mark.parametrize(
    ("act", "key", "value"),
    [
        pytest.param(
            lambda page: page.get_by_role("radio", name="Green").click(), "load_balancing_mode", 3, id="mode"
        ),
        pytest.param(save_value("Main breaker (A)", "40"), "breaker_rating", 40, id="breaker"),
        pytest.param(press_switch("Turn the sign"), "reverse_current", True, id="sign"),
    ],
)
def test_a_setting_is_at_the_energy_module_within_a_second(
    demo: Demo, open_page: OpenPage, act: Callable[[Page], None], key: str, value: object
) -> None:
    page = open_page(METER)
    ready(page, "balancing")
    act(page)
    seen_within(TO_DEVICE_S, lambda: setting(demo, "main-meter", key) == value)


def test_commands_of_the_dashboard_are_at_the_charger_within_a_second(
    demo: Demo, open_page: OpenPage
) -> None:
    page = open_page(CARPORT)
    badge = page.get_by_test_id("status-badge").first
    expect(badge).to_have_attribute("data-status", "charging")

    def connector() -> dict[str, object]:
        found: dict[str, object] = demo.device("carport")["connectors"][0]
        return found

    page.get_by_role("button", name="10 A", exact=True).click()
    seen_within(TO_DEVICE_S, lambda: setting(demo, "carport", "user_current") == 10)
    page.get_by_role("button", name="Pause").click()
    seen_within(TO_DEVICE_S, lambda: connector()["dynamic_current"] == 0)
    expect(badge).to_have_attribute("data-status", "paused")
    page.get_by_role("button", name="Resume").click()
    seen_within(TO_DEVICE_S, lambda: connector()["dynamic_current"] != 0)
    expect(badge).to_have_attribute("data-status", "charging")


def test_what_another_client_changes_is_on_the_dashboard_soon(demo: Demo, open_page: OpenPage) -> None:
    page = open_page(CARPORT)
    slider = page.get_by_role("slider", name="Allowed current")
    expect(slider).to_have_value("32")
    expect(page.get_by_test_id("status-badge").first).to_have_attribute("data-status", "charging")
    set_at_device(address(demo, "carport"), "user_current", 12)
    expect(slider).to_have_value("12", timeout=TO_SCREEN_S * 1000)


def test_what_another_client_changes_is_in_the_settings_soon(demo: Demo, open_page: OpenPage) -> None:
    page = open_page(SETTINGS)
    ready(page, "device-settings")
    led = page.get_by_role("slider", name="LED brightness")
    expect(led).to_have_value("10")
    set_at_device(address(demo, "carport"), "led_max_brightness", 60)
    expect(led).to_have_value("60", timeout=TO_SCREEN_S * 1000)


def test_what_another_client_changes_at_the_module_is_on_its_page_soon(
    demo: Demo, open_page: OpenPage
) -> None:
    page = open_page(METER)
    ready(page, "balancing")
    set_at_device(address(demo, "main-meter"), "load_balancing_mode", 1)
    expect(page.get_by_role("radio", name="Power", exact=True)).to_be_checked(timeout=TO_SCREEN_S * 1000)


def test_power_share_is_shown_and_kept(demo: Demo, open_page: OpenPage) -> None:
    page = open_page(METER)
    ready(page, "balancing")
    set_at_device(address(demo, "main-meter"), "load_balancing_mode", 4)
    expect(page.get_by_text("Power share").first).to_be_visible()
    expect(page.locator("[data-testid=balancing] input[type=radio]:checked")).to_have_count(0)
    save_value("Main breaker (A)", "50")(page)
    seen_within(TO_DEVICE_S, lambda: setting(demo, "main-meter", "breaker_rating") == 50)
    assert setting(demo, "main-meter", "load_balancing_mode") == 4


def test_a_value_outside_its_range_is_not_sent(demo: Demo, open_page: OpenPage) -> None:
    page = open_page(METER)
    ready(page, "balancing")
    save_value("Main breaker (A)", "5")(page)
    expect(page.get_by_text("A whole number from 10 to 1000")).to_be_visible()
    expect(page.get_by_role("button", name="Save: Main breaker (A)")).to_be_disabled()
    assert setting(demo, "main-meter", "breaker_rating") == 32


def test_what_the_charger_refuses_is_rolled_back_with_the_reason(demo: Demo, open_page: OpenPage) -> None:
    page = open_page(SETTINGS, refused=True)
    ready(page, "device-settings")
    lock = page.get_by_role("switch", name="Lock charger")
    demo.do(do="cut", charger="carport")
    try:
        lock.click()
        expect(page.get_by_role("alert").first).to_be_visible(timeout=30_000)
        expect(lock).not_to_be_checked()
    finally:
        demo.do(do="restore", charger="carport")
        expect(page.get_by_text("Connected").first).to_be_visible()


def test_diagnostics_are_a_file_without_secrets(open_page: OpenPage) -> None:
    page = open_page(SETTINGS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download diagnostics").click()
    text = download.value.path().read_text()
    assert '"hardware_id": "3p22k_' in text or '"hardware_id":"3p22k_' in text
