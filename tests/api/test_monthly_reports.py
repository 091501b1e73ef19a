"""The monthly report: on time, once, in everybody's language, and again when the mail server would not."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.api.site import Clock, Site, site_in
from tests.contracts.records import durable, session
from tests.notify.post_office import PostOffice, post_office

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.hub.records import Role, UserRecord
from chargedeck.notify.mail import SmtpSender, SmtpServer, SmtpTls


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
async def mailing(tmp_path: Path, empty_database: Path, office: PostOffice) -> AsyncIterator[Site]:
    """A site with a mail server, on a clock that stands in the middle of October."""
    server = SmtpServer("127.0.0.1", office.port, SmtpTls.NONE, "chargedeck@example.com")
    sender = SmtpSender(server, now=lambda: datetime.now(UTC))
    async with site_in(tmp_path, empty_database, sender=sender) as made:
        turn_to(made.clock, datetime(2027, 10, 15, tzinfo=UTC))
        yield made


def turn_to(clock: Clock, at: datetime) -> None:
    clock.ahead = at - datetime.now(UTC)


async def charged(site: Site, user: UserRecord, number: int, at: datetime) -> None:
    by = Authorizer(AuthorizerKind.USER, "Ana", user.id, user.id)
    record = session(number, station_id="home", authorized_by=by, started_at=at)
    site.storage.journal.session(record._replace(ended_at=at + timedelta(hours=1)))
    assert await durable(site.storage)


async def test_it_goes_out_once_and_in_the_persons_language(mailing: Site, office: PostOffice) -> None:
    user = await mailing.user(Role.DRIVER)
    browser = await mailing.browser_of(user)
    answer = await browser.put(f"/api/reports/monthly/{user.id}", json={"language": "ro"})
    assert (answer.status_code, answer.json()["next_month"]) == (200, "2027-10-01")
    await charged(mailing, user, 1, datetime(2027, 10, 20, 12, tzinfo=UTC))
    await charged(mailing, user, 2, datetime(2027, 11, 2, 12, tzinfo=UTC))
    monthly = mailing.services.monthly
    await monthly.look()
    assert not office.letters
    turn_to(mailing.clock, datetime(2027, 11, 1, 7, tzinfo=UTC))
    await monthly.look()
    await monthly.look()
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == (user.email, "Raport de încărcare octombrie 2027")
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "chargedeck-2027-000001.pdf"
    assert attached.get_content() == await mailing.services.reports.file(1)
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Sesiuni: 1" in body.get_content()
    (shown,) = (await browser.get("/api/reports/monthly")).json()["items"]
    assert shown["next_month"] == "2027-11-01"
    assert shown["sent_at"] is not None


async def test_what_is_not_taken_is_tried_again_as_the_same_document(
    mailing: Site, office: PostOffice
) -> None:
    user = await mailing.user(Role.DRIVER)
    browser = await mailing.browser_of(user)
    await browser.put(f"/api/reports/monthly/{user.id}", json={"address": "office@example.com"})
    await charged(mailing, user, 1, datetime(2027, 10, 20, 12, tzinfo=UTC))
    monthly = mailing.services.monthly
    office.refusal = "451 Try again later"
    turn_to(mailing.clock, datetime(2027, 11, 1, 7, tzinfo=UTC))
    await monthly.look()
    office.refusal = None
    await monthly.look()
    assert not office.letters, "not before five minutes are over"
    mailing.clock.turn(minutes=6)
    await monthly.look()
    assert office.recipients == ["office@example.com"]
    assert [report.number for report in await mailing.services.reports.issued(10, None)] == [1]


async def test_months_that_were_missed_come_one_after_the_other(mailing: Site, office: PostOffice) -> None:
    user = await mailing.user(Role.DRIVER)
    browser = await mailing.browser_of(user)
    await browser.put(f"/api/reports/monthly/{user.id}", json={"language": "en"})
    await charged(mailing, user, 1, datetime(2027, 10, 20, 12, tzinfo=UTC))
    await charged(mailing, user, 2, datetime(2027, 12, 20, 12, tzinfo=UTC))
    turn_to(mailing.clock, datetime(2028, 1, 3, 7, tzinfo=UTC))
    for _ in range(5):
        await mailing.services.monthly.look()
    subjects = [letter["Subject"] for letter in office.letters]
    assert subjects == ["Charging report October 2027", "Charging report December 2027"]


async def test_who_may_have_whom_sent_reports(mailing: Site) -> None:
    ana, bob = await mailing.user(Role.DRIVER), await mailing.user(Role.DRIVER)
    driver, owner = await mailing.browser_of(ana), await mailing.browser(Role.OWNER)
    assert (await driver.put(f"/api/reports/monthly/{bob.id}", json={})).status_code == 404
    assert (await owner.put(f"/api/reports/monthly/{bob.id}", json={})).status_code == 200
    assert (await owner.put("/api/reports/monthly/nobody", json={})).status_code == 404
    assert (await driver.get("/api/reports/monthly")).json()["items"] == []
    assert len((await owner.get("/api/reports/monthly")).json()["items"]) == 1
    assert (await driver.delete(f"/api/reports/monthly/{bob.id}")).status_code == 404
    assert (await owner.delete(f"/api/reports/monthly/{bob.id}")).status_code == 204
    assert (await owner.get("/api/reports/monthly")).json()["items"] == []


async def test_an_end_and_a_new_beginning_send_nothing_of_between(mailing: Site, office: PostOffice) -> None:
    user = await mailing.user(Role.DRIVER)
    browser = await mailing.browser_of(user)
    path = f"/api/reports/monthly/{user.id}"
    await browser.put(path, json={})
    await browser.put(path, json={"enabled": False})
    await charged(mailing, user, 1, datetime(2027, 10, 20, 12, tzinfo=UTC))
    turn_to(mailing.clock, datetime(2027, 12, 1, 7, tzinfo=UTC))
    await mailing.services.monthly.look()
    browser = await mailing.browser_of(user)
    assert (await browser.put(path, json={})).json()["next_month"] == "2027-12-01"
    await mailing.services.monthly.look()
    assert not office.letters


async def test_without_a_mail_server_nobody_is_promised_mail(site: Site) -> None:
    user = await site.user(Role.DRIVER)
    browser = await site.browser_of(user)
    answer = await browser.put(f"/api/reports/monthly/{user.id}", json={})
    assert answer.status_code == 409
    assert "CHARGEDECK_SMTP_URL" in answer.json()["detail"]
