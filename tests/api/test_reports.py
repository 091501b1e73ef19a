"""Reimbursement reports over the API: numbered, kept, the same for the same, and verified to the row."""

import asyncio
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader, PdfWriter
from tests.api.site import Site
from tests.contracts.records import NOON, durable, session

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.units import StationId, WattHours
from chargedeck.energy.prices import Currency
from chargedeck.hub.cost_records import PricedSession, TariffVersion
from chargedeck.hub.records import Role, SessionCostRecord, SessionRecord, UserRecord
from chargedeck.hub.report_ports import NotAReportError
from chargedeck.hub.tariff_terms import FixedTerms, TariffTerms

HOUR = timedelta(hours=1)
PERIOD = {"from": NOON.isoformat(), "to": (NOON + 24 * HOUR).isoformat()}


def charged(number: int, user: UserRecord | None = None, **changes: Any) -> SessionRecord:
    """An ended session of 1 kWh and some."""
    by = None if user is None else Authorizer(AuthorizerKind.USER, "Ana", user.id, user.id)
    end = session(number).started_at + HOUR
    register = WattHours(2000 + number)
    record = session(number, station_id="home", ended_at=end, authorized_by=by)
    return record._replace(meter_last_wh=register, meter_stop_wh=register, **changes)


async def keep(site: Site, *records: SessionRecord) -> None:
    for record in records:
        site.storage.journal.session(record)
    assert await durable(site.storage)


async def price(site: Site, record: SessionRecord, amount: str) -> None:
    cost = SessionCostRecord(
        Decimal(1000), Decimal(0), Decimal(0), Decimal(amount), Currency("EUR"), estimated=False
    )
    assert await site.storage.costs.keep_cost(PricedSession(record, cost, (), NOON))


async def issue(client: httpx.AsyncClient, **more: Any) -> Any:
    answer = await client.post("/api/reports", json=PERIOD | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_report_says_what_the_history_says(site: Site) -> None:
    user = await site.user(Role.DRIVER)
    terms = TariffTerms("EUR", FixedTerms("0.25"))
    await site.storage.costs.add_tariff(TariffVersion(StationId("home"), date(2026, 1, 1), NOON, terms))
    records = [charged(n, user) for n in range(3)]
    await keep(site, *records, charged(3, user, ended_at=None), charged(4))
    for number, record in enumerate(records):
        await price(site, record, f"0.2{number}")
    client = await site.program(Role.OPERATOR)
    report = await issue(client, user_id=user.id, language="de")
    assert re.fullmatch(r"\d{4}-000001", report["document"])
    assert (report["sessions"], report["energy_wh"]) == (3, 3003.0)
    assert report["cost"] == [{"amount": "0.63", "currency": "EUR"}]
    file = (await client.get("/api/reports/1/file")).content
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    for said in ("Ladebericht", report["document"], "0,63", "3,003", "0,25 EUR/kWh", report["rows_sha256"]):
        assert said in text
    verification = (await client.get("/api/reports/1/verification")).json()
    assert verification == {
        "document": report["document"],
        "holds": True,
        "file_unchanged": True,
        "rows_unchanged": True,
        "differences": [],
    }


async def test_the_same_is_one_report_and_what_differs_another(site: Site) -> None:
    await keep(site, charged(0), charged(1))
    client = await site.program(Role.OPERATOR)
    first = await issue(client)
    assert await issue(client) == first
    assert (await issue(client, language="fr"))["number"] == 2
    await keep(site, charged(2))
    third = await issue(client)
    assert (third["number"], third["sessions"]) == (3, 3)
    listed = (await client.get("/api/reports")).json()["items"]
    assert [one["number"] for one in listed] == [3, 2, 1]
    assert listed[-1] == first


async def test_many_at_once_get_numbers_that_follow_one_another(site: Site) -> None:
    await keep(site, charged(0))
    client = await site.program(Role.OPERATOR)
    languages = ("en", "ro", "de", "fr", "es", "it")
    reports = await asyncio.gather(*(issue(client, language=language) for language in languages))
    assert sorted(report["number"] for report in reports) == [1, 2, 3, 4, 5, 6]


async def test_pages_of_reports(site: Site) -> None:
    client = await site.program(Role.OPERATOR)
    for number in range(5):
        await keep(site, charged(number))
        await issue(client)
    seen, cursor = list[int](), None
    while True:
        query = {"limit": "2"} | ({} if cursor is None else {"cursor": cursor})
        page = (await client.get("/api/reports", params=query)).json()
        seen += [one["number"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [5, 4, 3, 2, 1]


async def test_what_was_changed_later_is_told_by_row_and_field(site: Site) -> None:
    records = [charged(n) for n in range(3)]
    await keep(site, *records)
    client = await site.program(Role.OPERATOR)
    await issue(client)
    await price(site, records[1], "0.42")
    await keep(site, charged(9))
    found = (await client.get("/api/reports/1/verification")).json()
    assert (found["holds"], found["file_unchanged"], found["rows_unchanged"]) == (False, True, True)
    assert [one["text"] for one in found["differences"]] == [
        "s1: battery_wh is null in the report, 0 now",
        's1: cost is null in the report, "0.42" now',
        's1: currency is null in the report, "EUR" now',
        "s1: grid_wh is null in the report, 1000 now",
        "s1: solar_wh is null in the report, 0 now",
        "s9: is in the history now and not in the report",
    ]


async def test_a_file_that_was_changed_is_not_the_one_that_was_issued(site: Site, tmp_path: Path) -> None:
    await keep(site, charged(0))
    client = await site.program(Role.OPERATOR)
    await issue(client)
    file = (await client.get("/api/reports/1/file")).content
    writer = PdfWriter(clone_from=io.BytesIO(file))
    writer.add_metadata({"/Author": "somebody else"})
    writer.write(tmp_path / "changed.pdf")
    verdict = await site.services.reports.verify((tmp_path / "changed.pdf").read_bytes())
    assert (verdict.file_unchanged, verdict.rows_unchanged, verdict.differences) == (False, True, ())
    assert not verdict.holds
    with pytest.raises(NotAReportError):
        await site.services.reports.verify(b"%PDF-1.7")


async def test_drivers_get_their_own_and_viewers_none(site: Site) -> None:
    ana, bob = await site.user(Role.DRIVER), await site.user(Role.DRIVER)
    await keep(site, charged(0, ana), charged(1, bob), charged(2, bob))
    browser = await site.browser_of(ana)
    own = await issue(browser)
    assert (own["user_id"], own["sessions"]) == (ana.id, 1)
    assert (await browser.post("/api/reports", json=PERIOD | {"user_id": bob.id})).status_code == 404
    operator = await site.program(Role.OPERATOR)
    others = await issue(operator, user_id=bob.id)
    for path in ("", "/file", "/verification"):
        assert (await browser.get(f"/api/reports/{others['number']}{path}")).status_code == 404
        assert (await browser.get(f"/api/reports/{own['number']}{path}")).status_code == 200
    assert [one["number"] for one in (await browser.get("/api/reports")).json()["items"]] == [own["number"]]
    viewer = await site.browser(Role.VIEWER)
    assert (await viewer.get("/api/sessions/export", params=PERIOD | {"format": "pdf"})).status_code == 403


async def test_operators_of_some_stations_get_theirs(site: Site) -> None:
    await site.add_station("office")
    await keep(site, charged(0), charged(1, station_id="office"))
    browser = await site.browser(Role.OPERATOR, ("office",))
    own = await issue(browser)
    assert own["sessions"] == 1
    everything = await issue(await site.program(Role.OPERATOR))
    assert everything["sessions"] == 2
    assert (await browser.get(f"/api/reports/{everything['number']}")).status_code == 404
    assert (await browser.get(f"/api/reports/{own['number']}")).status_code == 200


async def test_the_export_as_pdf_is_that_report(site: Site) -> None:
    await keep(site, charged(0))
    client = await site.program(Role.OPERATOR)
    report = await issue(client)
    answer = await client.get("/api/sessions/export", params=PERIOD | {"format": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-total-count"] == "1"
    assert f"chargedeck-{report['document']}.pdf" in answer.headers["content-disposition"]
    assert answer.content == (await client.get("/api/reports/1/file")).content


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "from"),
        ({"from": PERIOD["from"]}, "to"),
        (PERIOD | {"search": "x"}, "search"),
        ({"from": PERIOD["to"], "to": PERIOD["from"]}, "to"),
        (PERIOD | {"station": "nowhere"}, "station_id"),
    ],
)
async def test_what_a_report_cannot_be_of(site: Site, query: dict[str, str], field: str) -> None:
    client = await site.program(Role.OPERATOR)
    answer = await client.get("/api/sessions/export", params=query | {"format": "pdf"})
    assert answer.status_code == 422
    assert field in answer.json()["detail"]


async def test_whoever_is_not_there_has_no_report(site: Site) -> None:
    client = await site.program(Role.OPERATOR)
    assert (await client.post("/api/reports", json=PERIOD | {"user_id": "nobody"})).status_code == 404
    for number in ("1", "0", "x", "9" * 30, "²"):
        assert (await client.get(f"/api/reports/{number}")).status_code == 404
