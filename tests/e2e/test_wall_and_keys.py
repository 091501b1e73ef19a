"""Ways to use the app beside a thumb: a display on a wall, the keyboard alone, 200 chargers."""

import json
import re

from playwright.sync_api import Page, Route, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

GARAGE = 200


def test_a_wall_display_shows_and_the_keyboard_does(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/?kiosk", phone=False)
    tiles = page.get_by_role("listitem").filter(has_text="kW")
    expect(tiles.filter(has_text="Garage")).to_contain_text(re.compile(r"Charging.*\d kW.*kWh", re.DOTALL))
    expect(page.get_by_text(re.compile(r"\d of \d charging"))).to_be_visible()
    for role in ("navigation", "link", "button", "slider"):
        assert page.get_by_role(role).count() == 0, f"nothing to press on a wall: {role}"

    page.goto(f"{charging.address}/energy")
    expect(page.get_by_role("heading", name="Energy Management")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{charging.address}/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search and commands")
    expect(field).to_be_focused()
    # Letters go into the field and mean nothing else there.
    page.keyboard.type("garage stop")
    expect(page.get_by_role("option")).to_have_text(re.compile("Stop charging: Garage"))
    page.keyboard.press("Enter")
    expect(page.locator('[data-charger="garage"] [data-status]')).to_have_attribute(
        "data-status", "available"
    )
    page.keyboard.press("/")
    page.keyboard.type("garage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{charging.address}/chargers/garage")


def test_two_hundred_chargers_are_a_list_that_scrolls(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/about")
    page.route("**/api/events*", lambda route: _many(route, page, charging))
    page.goto(f"{charging.address}/")
    rows = page.get_by_role("listitem").filter(has=page.get_by_role("heading"))
    expect(rows.first).to_contain_text("Bay 1")
    assert rows.first.evaluate("(row) => getComputedStyle(row).contain") == "content"
    for _ in range(30):
        if rows.count() == GARAGE:
            break
        page.mouse.wheel(0, 4_000)
        page.wait_for_timeout(100)
    expect(rows).to_have_count(GARAGE)
    expect(page.get_by_role("link", name=f"Bay {GARAGE}")).to_be_visible()
    page.get_by_role("searchbox").fill("bay 137")
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile("q=bay"))


def _many(route: Route, page: Page, demo: Demo) -> None:
    """The stream's first word, with the demo's own charger in 200 places."""
    one = page.request.get(f"{demo.address}/api/chargers/garage").json()
    stations = page.request.get(f"{demo.address}/api/stations").json()["items"]
    chargers = [one | {"id": f"bay-{n}", "name": f"Bay {n}"} for n in range(1, GARAGE + 1)]
    word = json.dumps({"chargers": chargers, "stations": stations, "devices": []})
    route.fulfill(content_type="text/event-stream", body=f"retry: 60000\nevent: snapshot\ndata: {word}\n\n")
