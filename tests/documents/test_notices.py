"""Notices in words: every event, error and limit in every language, by the person's own clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.contracts.records import OWNER

from chargedeck.documents.notices import MOST_LINES, Notifier
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.notices import NO_STOPS, NoticeKind
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.notice_records import NoticeRecord
from chargedeck.hub.report_records import ReportLanguage

AT = datetime(2026, 6, 1, 11, 5, tzinfo=UTC)
ANA = replace(OWNER, language="de", time_zone="Europe/Bucharest")
COST = {"amount": "1.23", "currency": "EUR"}
CHARGED: dict[str, Any] = {"energy_wh": 7_512.4, "charging_time_s": 3_661, "cost": COST}
NOTIFIER = Notifier("https://charge.example/")


def notice(kind: NoticeKind, about: str = "", **detail: Any) -> NoticeRecord:
    return NoticeRecord(
        "1", "u1", kind, AT, ChargerId("garage 1"), "Garage <1>", StationId("home"), about, dict(detail)
    )


@pytest.mark.parametrize(
    ("told", "title", "body"),
    [
        (
            notice(NoticeKind.CHARGER_ERROR, ErrorType.OVERCURRENT),
            "Garage <1>: Überstrom",
            "Um 14:05. Was jetzt zu tun ist, steht in der App.",
        ),
        (
            replace(
                notice(NoticeKind.CHARGER_ERROR, ErrorType.METERING_ERROR),
                repeats=3,
                last_at=AT + timedelta(minutes=9),
            ),
            "Garage <1>: Fehler des Zählers",
            "Um 14:05. Was jetzt zu tun ist, steht in der App. Noch 3\u00d7 aufgetreten, zuletzt um 14:14.",
        ),
        (
            notice(NoticeKind.SESSION_ENDED, **CHARGED),
            "Garage <1>: Der Ladevorgang ist beendet",
            "Um 14:05. 7,51 kWh in 1:01:01 Std., 1,23\u00a0EUR.",
        ),
        (
            notice(NoticeKind.SESSION_ENDED, **CHARGED | {"cost": None}),
            "Garage <1>: Der Ladevorgang ist beendet",
            "Um 14:05. 7,51 kWh in 1:01:01 Std.",
        ),
        (
            notice(NoticeKind.STOPPED_BY_LIMIT, LimitReason.SOLAR),
            "Garage <1>: Ein Limit hat das Laden angehalten",
            "Um 14:05. Das Limit: Sonnenstrom.",
        ),
        (notice(NoticeKind.CHARGER_OFFLINE), "Garage <1> ist offline", "Um 14:05."),
    ],
)
def test_what_it_says(told: NoticeRecord, title: str, body: str) -> None:
    message = NOTIFIER.message([told], ANA)
    assert (message.title, message.body) == (title, body)
    assert message.url == "https://charge.example/chargers/garage%201"
    assert (message.kind, message.urgent) == (told.kind.value, False)


@pytest.mark.parametrize("language", list(ReportLanguage))
def test_every_event_has_its_words_in_every_language(language: ReportLanguage) -> None:
    who = replace(ANA, language=f"{language}-XX")
    told = [notice(NoticeKind.CHARGER_ERROR, error) for error in ErrorType]
    told += [notice(NoticeKind.STOPPED_BY_LIMIT, about) for about in ("session", *{*LimitReason} - NO_STOPS)]
    told += [notice(kind, **CHARGED) for kind in NoticeKind if kind not in {one.kind for one in told}]
    for one in told:
        message = NOTIFIER.message([one], who)
        assert "{" not in message.title + message.body + message.text
        assert ".." not in message.body


def test_a_letter_leads_to_the_charger_and_html_is_no_way_in() -> None:
    message = NOTIFIER.message([notice(NoticeKind.CHARGER_ERROR, ErrorType.RELAY_FAILURE)], ANA)
    assert message.urgent
    assert "Garage <1> öffnen: https://charge.example/chargers/garage%201" in message.text
    assert 'href="https://charge.example/chargers/garage%201"' in message.html
    assert "Garage &lt;1&gt;" in message.html
    assert "<1>" not in message.html


def test_where_the_app_is_not_known_no_letter_leads_nowhere() -> None:
    message = Notifier(None).message([notice(NoticeKind.CHARGER_OFFLINE)], ANA)
    assert message.url == "/chargers/garage%201"
    assert "href" not in message.html
    assert "/chargers" not in message.text


def test_many_are_one_message_and_not_endless() -> None:
    here = [notice(NoticeKind.CHARGER_OFFLINE)] * (MOST_LINES + 5)
    message = NOTIFIER.message(here, replace(ANA, language="en"))
    assert message.title == "25 messages about your chargers"
    assert message.url.endswith("/chargers/garage%201")
    lines = message.body.splitlines()
    assert (len(lines), lines[0]) == (MOST_LINES + 1, "Garage <1> is offline: At 14:05.")
    assert lines[-1] == "5 more are in the app."
    there = replace(here[0], charger_id=ChargerId("carport"))
    assert NOTIFIER.message([*here, there], ANA).url == "https://charge.example/"


def test_a_test_says_that_it_is_one() -> None:
    message = NOTIFIER.trial(ANA)
    assert (message.title, message.kind, message.url) == (
        "Ein Test von ChargeDeck",
        "test",
        "https://charge.example/",
    )
