"""The history: its numbers are those of the API, its address is its state, and its files are whole."""

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Page, expect
from tests.e2e.conftest import OpenPage
from tests.e2e.demo import Demo

ALL = "/history?period=all"


def test_tiles_and_charts_tell_what_the_api_tells(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/about", phone=False)
    totals = (told := _last_month(page, charging))["totals"]
    expect(page.get_by_test_id("tile-energy")).to_contain_text(f"{totals['energy_wh'] / 1000:,.2f}")
    expect(page.get_by_test_id("tile-sessions")).to_contain_text(f"{totals['sessions']:,}")
    chart = page.get_by_test_id("chart-energy")
    expect(chart.get_by_role("strong").first.or_(chart.locator("strong").first)).to_have_text(
        f"{totals['energy_wh'] / 1000:,.2f} kWh"
    )
    assert totals["sessions"] > 0
    best = max(told["buckets"], key=lambda bucket: float(bucket["energy_wh"]))
    expect(chart.locator("figcaption")).to_contain_text(f"{best['energy_wh'] / 1000:,.2f} kWh.")


def test_a_chart_is_read_with_the_keyboard(charging: Demo, open_page: OpenPage) -> None:
    page = open_page("/about")
    told = _last_month(page, charging)
    reader = page.get_by_test_id("chart-energy").get_by_role("slider")
    reader.focus()
    page.keyboard.press("Home")
    first = told["buckets"][0]["energy_wh"] / 1000
    expect(reader).to_have_attribute("aria-valuetext", re.compile(f": {re.escape(f'{first:,.2f}')} kWh"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("period=day"))


def test_filters_are_in_the_address_and_back_takes_them_back(charging: Demo, open_page: OpenPage) -> None:
    page = open_page(ALL, phone=False)
    charger = page.get_by_label("Charger", exact=True)
    with page.expect_response(lambda answer: "/api/history?" in answer.url and "charger=" in answer.url):
        charger.select_option(label="Garage")
    expect(page).to_have_url(re.compile("charger=garage"))
    expect(page.get_by_role("cell", name="Garage", exact=True).first).to_be_visible()
    expect(page.get_by_role("cell", name="Carport", exact=True)).to_have_count(0)
    page.go_back()
    expect(page).not_to_have_url(re.compile("charger="))
    expect(charger).to_have_value("")
    expect(page.get_by_role("cell", name="Carport", exact=True).first).to_be_visible()


def test_headings_sort_and_words_search(charging: Demo, open_page: OpenPage) -> None:
    page = open_page(ALL, phone=False)
    page.get_by_role("button", name="Energy", exact=True).last.click()
    expect(page).to_have_url(re.compile("sort=-energy_wh"))
    expect(page.get_by_role("columnheader", name="Energy")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("cell").filter(has_text="kWh").first).to_be_visible()
    assert _descending(page)
    page.get_by_role("searchbox").fill("carport")
    expect(page).to_have_url(re.compile("search=carport"))
    expect(page.get_by_role("table")).not_to_contain_text("Garage")


def test_more_sessions_come_as_the_list_is_scrolled(charging: Demo, open_page: OpenPage) -> None:
    page = open_page(ALL)
    rows = page.locator("[data-session]")
    expect(rows).to_have_count(30)
    page.get_by_role("button", name="Show more sessions").scroll_into_view_if_needed()
    expect(rows).not_to_have_count(30)


def test_a_file_holds_every_session(charging: Demo, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/about", phone=False)
    _wait_until_told(page, charging)
    expected = _last_month(page, charging)["totals"]["sessions"]
    file = _exported(page, "CSV", tmp_path, separator="Semicolon (decimal comma)")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";"))
    assert len(rows) == expected + 1
    assert len(set(map(len, rows))) == 1
    assert _exported(page, "Spreadsheet (XLSX)", tmp_path).read_bytes().startswith(b"PK")
    report = _exported(page, "PDF report", tmp_path).read_bytes()
    assert report.startswith(b"%PDF")
    assert _issued(page, tmp_path, expected) == report


def _issued(page: Page, folder: Path, sessions: int) -> bytes:
    """The same report, as the list of those that were issued hands it out; it agrees with the history."""
    page.get_by_role("dialog").get_by_role("link", name="Issued reports").click()
    card = page.get_by_test_id("report").first
    expect(card).to_contain_text(re.compile(f"Sessions\\s*{sessions}"))
    with page.expect_download() as taken:
        card.get_by_role("link", name="Download").click()
    file = folder / f"again-{taken.value.suggested_filename}"
    taken.value.save_as(file)
    card.get_by_role("button", name="Verify").click()
    expect(card).to_contain_text("the history still says the same")
    return file.read_bytes()


def _wait_until_told(page: Page, demo: Demo, tries: int = 60) -> None:
    """The demo's devices tell their past in the background, and it is priced then; until nothing changes."""
    before = None
    for _ in range(tries):
        told = page.request.get(f"{demo.address}/api/sessions", params={"limit": 100}).json()["items"]
        now = [(one["id"], one["cost"]) for one in told if one["ended_at"]]
        if now == before and all(cost for _, cost in now):
            return
        before = now
        page.wait_for_timeout(2_000)
    raise AssertionError("the past goes on changing, or has no cost")


def _exported(page: Page, kind: str, folder: Path, *, separator: str | None = None) -> Path:
    if not page.get_by_role("dialog").is_visible():
        page.get_by_role("button", name="Export").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("radio", name=kind).check()
    if separator is not None:
        sheet.get_by_label("Between values").select_option(label=separator)
    with page.expect_download() as taken:
        sheet.get_by_role("button", name="Export").click()
    download: Download = taken.value
    expect(sheet).to_contain_text(f"{download.suggested_filename} is saved")
    file = folder / download.suggested_filename
    download.save_as(file)
    return file


def _last_month(page: Page, demo: Demo) -> dict[str, Any]:
    """Open the month before this one, by the server's clock; answers what the API told the page of it."""
    told = page.request.get(f"{demo.address}/api/history", params={"bucket": "month"}).json()
    today = datetime.fromisoformat(told["to"]).date() - timedelta(days=1)
    day = today.replace(day=1) - timedelta(days=1)
    with page.expect_response(lambda answer: "/api/history?" in answer.url) as answered:
        page.goto(f"{demo.address}/history?period=month&day={day}")
    history: dict[str, Any] = answered.value.json()
    return history


def _descending(page: Page, tries: int = 50) -> bool:
    """Whether the rows come to be sorted; those of the former order stay until then."""
    for _ in range(tries):
        energies = _energies(page)
        if energies == sorted(energies, reverse=True):
            return True
        page.wait_for_timeout(200)
    return False


def _energies(page: Page) -> list[float]:
    texts = page.locator("tbody td.number:has-text('kWh')").all_inner_texts()
    found = [float(text.removesuffix(" kWh").replace(",", "")) for text in texts if text.endswith(" kWh")]
    assert len(found) > 5
    return found
