"""Energy Management on screen: what flows, how full the breaker is, who gets what and why."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, StorageState, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo
from tests.e2e.meter import Api, grid, operator
from tests.e2e.window import PHONE, Window, signed_in, window


@pytest.fixture(scope="module")
def api(browser: Browser, demo: Demo, owner: StorageState) -> Api:
    """The demo's API."""
    with window(browser, Window(PHONE), owner) as page:
        return operator(page, demo)


@pytest.fixture
def annex(api: Api) -> Iterator[str]:
    """A second place, which nothing measures and where nothing charges."""
    station = api.call("POST", "/stations", {"name": "Annex"})["id"]
    yield station
    api.call("DELETE", f"/stations/{station}")


@pytest.fixture
def home(api: Api) -> Iterator[str]:
    """The demo's home, whose energy is managed by nobody before and after."""
    station = next(one["id"] for one in api.call("GET", "/stations")["items"] if one["is_default"])
    api.call("PUT", f"/stations/{station}/mode", {"mode": "off"})
    yield station
    api.call("PUT", f"/stations/{station}/mode", {"mode": "off"})


def part(page: Page, name: str) -> Locator:
    """A part of the flow picture."""
    return page.locator(f'[data-testid="flow"] [data-part="{name}"]')


def grant(page: Page, charger: str) -> Locator:
    """What a charger got."""
    return page.locator(f'[data-testid="grant"][data-charger="{charger}"]')


def offered_as_shown(page: Page, charger: Locator, demo: Demo, tries: int = 50) -> bool:
    """Whether the charger itself comes to offer what the screen says that it got; both follow the sun."""
    for _ in range(tries):
        if charger.get_attribute("data-current") == f"{demo.connector['offered_a']:g}":
            return True
        page.wait_for_timeout(200)
    return False


def choose(page: Page, key: str, mode: str) -> None:
    """Move the slider with the keyboard, and wait until the server has confirmed."""
    page.get_by_role("slider", name="Mode").focus()
    page.keyboard.press(key)
    slider = page.get_by_test_id("mode")
    expect(slider).to_have_attribute("data-mode", mode)
    expect(slider).not_to_have_attribute("data-pending", "true")


# -- the station that charges ----------------------------------------------------------------------


def test_power_brings_the_breaker_back_and_says_why(
    charging: Demo, home: str, api: Api, open_page: OpenPage
) -> None:
    page = open_page(f"/energy?station={home}", phone=False)
    expect(part(page, "chargers")).to_have_attribute("data-direction", "out")
    expect(page.get_by_test_id("mode")).to_have_attribute("data-mode", "off")
    expect(page.get_by_text("Switched on, ChargeDeck lowers or pauses charging")).to_be_visible()
    api.call("PATCH", f"/stations/{home}/balancing", {"breaker_rating_a": 16})
    try:
        choose(page, "ArrowRight", "power")
        assert api.call("GET", f"/stations/{home}/energy")["mode"] == "power"
        garage = grant(page, "garage")
        expect(garage).to_contain_text(re.compile(r"\d+ A: .*of 16 A on L[123]"))
        expect(garage).to_have_attribute("data-confirmed", "true")
        assert offered_as_shown(page, garage, charging)
        expect(page.locator('[data-testid="gauges"] [data-fill="over"]')).to_have_count(0)
        expect(page.locator('[data-testid="gauges"] [data-phase]')).to_have_count(3)
    finally:
        api.call("PATCH", f"/stations/{home}/balancing", {"breaker_rating_a": 25})


def test_what_a_charger_got_can_be_read_back(charging: Demo, home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    page.get_by_text("How it went").click()
    expect(page).to_have_url(re.compile(r"past=1h"))
    garage = page.locator('[data-testid="past"] [data-charger="garage"]')
    expect(garage).to_contain_text(re.compile(r"\d+ A: your setting"))
    expect(garage).to_contain_text(re.compile(r"your setting for \w+, "))
    point = page.get_by_role("slider", name="Point in time")
    point.focus()
    page.keyboard.press("Home")
    expect(point).to_have_attribute("aria-valuetext", re.compile("Garage nothing recorded"))
    expect(garage).to_contain_text("nothing recorded")
    page.get_by_text("How it went").click()
    expect(page).not_to_have_url(re.compile("past="))


def test_a_mode_that_nobody_confirmed_is_rolled_back(home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    page.route("**/mode", lambda route: route.abort("connectionrefused"))
    page.get_by_role("slider", name="Mode").focus()
    page.keyboard.press("End")
    expect(page.get_by_test_id("mode")).to_have_attribute("data-mode", "green")
    expect(page.get_by_role("alert").filter(has_text="server")).to_be_visible()
    expect(page.get_by_test_id("mode")).to_have_attribute("data-mode", "off")


def test_the_slider_takes_the_mode_that_is_pressed(home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    slider = page.get_by_role("slider", name="Mode")
    box = slider.bounding_box()
    assert box is not None
    for place, mode in ((0.4, "power"), (0.7, "hybrid"), (0.95, "green"), (0.05, "off")):
        slider.click(position={"x": box["width"] * place, "y": box["height"] / 2})
        expect(page.get_by_test_id("mode")).to_have_attribute("data-mode", mode)
    expect(page.get_by_test_id("mode")).not_to_have_attribute("data-pending", "true")


def test_only_the_last_of_a_quick_row_of_keys_is_sent(home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    sent: list[str | None] = []
    page.on("request", lambda request: sent.append(request.post_data) if "/mode" in request.url else None)
    page.get_by_role("slider", name="Mode").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("mode")).not_to_have_attribute("data-pending", "true")
    expect(page.get_by_role("slider", name="Mode")).to_have_attribute("aria-valuetext", "Green")
    assert sent == ['{"mode":"green"}']


def test_a_setting_is_checked_and_confirmed(home: str, api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    breaker = page.get_by_role("spinbutton", name="Main breaker (A)")
    breaker.fill("5")
    expect(page.get_by_text("A whole number from 10 to 1000")).to_be_visible()
    expect(page.get_by_role("button", name="Save: Main breaker (A)")).to_be_disabled()
    breaker.fill("40")
    page.get_by_role("button", name="Save: Main breaker (A)").click()
    expect(page.get_by_text("40 A on each phase")).to_be_visible()
    lost = page.get_by_role("slider", name="When the meter is lost")
    lost.focus()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("Home")
    expect(lost).to_have_attribute("aria-valuetext", "0 A: pause")
    balancing = api.call("GET", f"/stations/{home}/balancing")
    assert (balancing["breaker_rating_a"], balancing["meter_lost_current_a"]) == (40, 0)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("ArrowRight")
    expect(lost).to_have_attribute("aria-valuetext", "6 A")
    api.call("PATCH", f"/stations/{home}/balancing", {"breaker_rating_a": 25, "meter_lost_current_a": 6})


def test_a_circuit_is_added_filled_and_removed(home: str, api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    page.get_by_role("button", name="Add circuit").click()
    page.get_by_label("Name").fill("Row A")
    page.get_by_label("Rating per phase (A)").fill("20")
    page.get_by_label("Most power (kW)").fill("11")
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.locator('[data-testid="circuit"][data-circuit="row-a"]')
    expect(row).to_contain_text("20 A per phase · 11.0 kW")

    page.get_by_role("button", name="Edit: Garage").click()
    page.get_by_label("Circuit", exact=True).select_option("Row A")
    page.get_by_label("Its L1, L2, L3 are wired to").select_option("L2 L3 L1")
    page.get_by_label("Priority").fill("7")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(row.locator('[data-testid="placement"][data-charger="garage"]')).to_contain_text(
        "L2 L3 L1 · priority 7"
    )
    placed = api.call("GET", f"/stations/{home}/balancing")["placements"]
    assert {"charger_id": "garage", "circuit": "row-a", "phases": [2, 3, 1]} in placed
    assert api.call("GET", "/chargers/garage")["priority"] == 7

    page.get_by_role("button", name="Edit: Row A").click()
    page.get_by_role("button", name="Remove circuit").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(row).to_have_count(0)
    after = api.call("GET", f"/stations/{home}/balancing")
    assert [circuit["parent"] for circuit in after["circuits"]] == [None]
    assert {"charger_id": "garage", "circuit": "main", "phases": [2, 3, 1]} in after["placements"]
    api.call(
        "PATCH",
        f"/stations/{home}/balancing",
        {"placements": [{"charger_id": "garage", "circuit": "main", "phases": None}]},
    )
    api.call("PATCH", "/chargers/garage", {"priority": 0})


# -- the station that nothing measures -------------------------------------------------------------


def test_an_unmeasured_house_is_not_drawn_as_zero(annex: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={annex}")
    for name in ("grid", "house"):
        expect(part(page, name)).to_contain_text("not measured")
        expect(part(page, name)).not_to_contain_text("kW")
    expect(part(page, "solar")).to_have_count(0)
    expect(page.get_by_test_id("gauges")).to_have_count(0)
    guide = page.get_by_test_id("no-meter")
    expect(guide.get_by_role("link", name="Add energy module")).to_be_visible()
    guide.get_by_role("button", name="Push readings").click()
    expect(page.get_by_role("textbox", name="Address")).to_have_value(
        re.compile(rf"POST http://.*/api/stations/{annex}/readings")
    )


def test_a_reading_is_on_screen_and_a_silent_meter_is_said(annex: str, api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={annex}")
    expect(page.get_by_test_id("no-meter")).to_be_visible()
    with api.meter(annex, grid((10, 24, -6)), {"source": "solar", "power_w": 4200}):
        expect(part(page, "grid")).to_contain_text(re.compile(r"6\.44\s*kW\s*from the grid"))
        expect(part(page, "solar")).to_contain_text(re.compile(r"4\.20\s*kW"))
        expect(part(page, "house")).to_contain_text(re.compile(r"10\.6\s*kW"))
        fills = page.locator('[data-testid="gauges"] [data-phase]')
        for index, fill in enumerate(("free", "tight", "export")):
            expect(fills.nth(index)).to_have_attribute("data-fill", fill)
        expect(fills.nth(0)).to_contain_text(re.compile(r"15\.0\s*A\s*free"))
        expect(page.get_by_test_id("meter-note")).to_contain_text("Pushed readings")
    expect(page.get_by_test_id("meter-lost")).to_contain_text("The meter is silent since", timeout=25_000)
    expect(page.get_by_test_id("flow")).to_have_attribute("data-stale", "true")
    choose(page, "ArrowRight", "power")
    expect(page.get_by_test_id("meter-lost")).to_contain_text("Until it speaks, each car gets 6 A.")


def test_a_phase_over_its_breaker_is_said_in_words(annex: str, api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={annex}")
    with api.meter(annex, grid((30, 3, 3))):
        over = page.locator('[data-testid="gauges"] [data-phase="1"]')
        expect(over).to_contain_text(re.compile(r"5\.0\s*A\s*over"))
        expect(page.get_by_test_id("overload").get_by_role("alert")).to_be_visible()


# -- everybody -------------------------------------------------------------------------------------


def test_a_viewer_reads_and_changes_nothing(
    browser: Browser, demo: Demo, home: str, owner: StorageState
) -> None:
    login = {"email": "viewer@example.org", "password": "only looking around"}
    with window(browser, Window(PHONE), owner) as page:
        csrf = page.request.get(f"{demo.address}/api/me").json()["csrf_token"]
        user = {"first_name": "Vi", "last_name": "Ewer", "role": "viewer", "station_ids": None} | login
        made = page.request.post(f"{demo.address}/api/users", headers={"X-CSRF-Token": csrf}, data=user)
        assert made.ok, made.text()
    viewer = Demo(demo.address, demo.panel, login["email"], login["password"])
    with window(browser, Window(PHONE), signed_in(browser, viewer)) as page:
        page.goto(f"{demo.address}/energy?station={home}")
        expect(page.get_by_role("slider", name="Mode")).to_be_disabled()
        expect(page.get_by_role("slider")).to_have_count(1)
        expect(page.get_by_role("heading", name="Settings")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("Hybrid minimum")
        expect(page.get_by_test_id("circuit").first).to_be_visible()
        for name in ("Add circuit", "How to push readings"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("button", name=re.compile("^Edit"))).to_have_count(0)


def test_live_values_do_not_chatter(charging: Demo, home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}")
    expect(part(page, "chargers")).to_contain_text("kW")
    spoken = page.locator(
        ":is([aria-live], [role=status], [role=alert], [role=log]) :is(.live-value, [data-testid])"
    )
    expect(spoken).to_have_count(0)
    lasting = "document.getAnimations().map((one) => one.effect.getComputedTiming().activeDuration)"
    assert [ms for ms in page.evaluate(lasting) if ms > 1] == []


def test_what_flows_moves_where_motion_is_welcome(charging: Demo, home: str, open_page: OpenPage) -> None:
    page = open_page(f"/energy?station={home}", motion=True)
    expect(part(page, "chargers")).to_have_attribute("data-direction", "out")
    moving = """() => document.getAnimations()
        .filter((one) => one.effect.target.closest('[data-testid="flow"]') && one.playbackRate > 0).length"""
    page.wait_for_function(f"({moving})() > 0")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_any_state(
    annex: str, api: Api, home: str, open_page: OpenPage, *, dark: bool
) -> None:
    page = open_page(f"/energy?station={annex}", dark=dark)
    expect(page.get_by_test_id("no-meter")).to_be_visible()
    found = {"unmeasured": _violations(page)}
    with api.meter(annex, grid((30, 24, -6)), {"source": "battery", "power_w": -900}):
        expect(page.get_by_test_id("overload")).to_be_visible()
        found["over"] = _violations(page)
    page.goto(page.url.replace(f"station={annex}", f"station={home}&past=6h"))
    expect(page.get_by_test_id("past").locator("[data-charger]").first).to_be_visible()
    found["past"] = _violations(page)
    for button in ("How to push readings", "Add circuit", "Edit: Garage"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[button] = _violations(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert not {state: ids for state, ids in found.items() if ids}


def _violations(page: Page) -> list[tuple[str, list[str]]]:
    response = Axe().run(page).response
    return [(one["id"], [str(node["target"]) for node in one["nodes"]]) for one in response["violations"]]


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_wider_than_the_screen(home: str, open_page: OpenPage, width: int) -> None:
    page = open_page(f"/energy?station={home}")
    page.set_viewport_size({"width": width, "height": 740})
    expect(page.get_by_test_id("circuit").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
