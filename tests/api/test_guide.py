"""The error guide: a page for every error, and the words that must not be missing."""

import pytest
from tests.api.site import Site

from chargedeck.api.guide.pages import entries, languages, spoken
from chargedeck.domain.errors import ErrorType, Severity, severity
from chargedeck.hub.records import Role
from chargedeck.hub.report_records import ReportLanguage


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("error", list(ErrorType))
def test_every_error_has_a_whole_page(language: str, error: ErrorType) -> None:
    (entry,) = [entry for entry in entries(language) if entry.type is error]
    assert entry.severity == severity(error).word
    assert 3 < len(entry.title) < 60
    for text in (entry.meaning, entry.what_chargedeck_did, entry.what_to_do, entry.when_to_call):
        assert 80 < len(text) < 900
        assert text == text.strip()
        assert "  " not in text
        assert text.endswith(".")


def test_the_danger_comes_first() -> None:
    order = [severity(entry.type) for entry in entries("en")]
    assert order == sorted(order, reverse=True)
    assert order[0] is Severity.DANGER


def test_a_relay_failure_says_what_it_must() -> None:
    entry = entries("en")[0]
    assert entry.meaning.startswith(
        "Danger. Disconnect power immediately and contact LEKTRI.CO support. "
        "Do not use the charger until it has been inspected."
    )
    assert "until an owner records who inspected the charger" in entry.what_chargedeck_did


def test_steps_stand_on_lines_of_their_own() -> None:
    for entry in entries("en"):
        steps = entry.what_to_do.split("\n")
        assert [step[:2] for step in steps] == [f"{number}." for number in range(1, len(steps) + 1)]
        assert "\n" not in entry.meaning


def test_the_guide_speaks_the_languages_of_documents() -> None:
    assert set(languages()) == set(ReportLanguage)


@pytest.mark.parametrize("language", languages())
def test_every_language_tells_the_same_steps(language: str) -> None:
    for entry, english in zip(entries(language), entries("en"), strict=True):
        assert entry.type is english.type
        assert entry.what_to_do.count("\n") == english.what_to_do.count("\n")
        if language != "en":
            texts = {entry.meaning, entry.what_chargedeck_did, entry.what_to_do, entry.when_to_call}
            assert texts.isdisjoint(
                {english.meaning, english.what_chargedeck_did, english.what_to_do, english.when_to_call}
            )


@pytest.mark.parametrize(
    ("asked", "given"), [("en", "en"), ("en-GB", "en"), ("EN", "en"), ("de-AT", "de"), ("xx", "en")]
)
def test_who_asks_for_a_language_that_is_not_there_gets_english(asked: str, given: str) -> None:
    assert spoken(asked) == given


async def test_the_guide_over_http(site: Site) -> None:
    browser = await site.browser(Role.VIEWER)
    answer = (await browser.get("/api/errors?lang=de")).json()
    assert answer["language"] == "de"
    assert {entry["type"] for entry in answer["items"]} == set(ErrorType)
    assert (await browser.get("/api/errors?lang=../x")).status_code == 422
