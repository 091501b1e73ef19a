"""Every language on a phone: chosen at the door and in the profile, and no text that is cut."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect
from scripts.tree import WEB
from tests.e2e.demo import Demo
from tests.e2e.pages import every_page
from tests.e2e.window import PHONE, Window, window

from chargedeck.web.front import DIST

CUT_TEXTS = Path(__file__).with_name("cut_texts.js").read_text()
LANGUAGES: list[str] = json.loads((WEB / "project.inlang" / "settings.json").read_text())["locales"]

pytestmark = pytest.mark.skipif(
    not all((DIST / f"index.{language}.html").exists() for language in LANGUAGES[1:]),
    reason="the app was built without some of its languages; build it without CHARGEDECK_LOCALES",
)

SETTLED = """() => document.querySelector("main h1, main h2") !== null
  && document.querySelector("main [role=status][aria-label]") === null
  && document.getAnimations().every(
       (one) => one.playState !== "running" || one.effect.getTiming().iterations > 1)"""
"""There is a heading, nothing is being loaded, and nothing moves that will come to rest."""

GO = "(path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }"

SPEAK = """async (language) => {
  const me = await (await fetch("/api/me")).json();
  const headers = { "content-type": "application/json", "x-csrf-token": me.csrf_token };
  const body = JSON.stringify({ language, advanced_data: true });
  await fetch("/api/me", { method: "PATCH", headers, body });
}"""
"""With all that a dashboard can show."""


@pytest.fixture
def phone(browser: Browser, charging: Demo, owner: StorageState) -> Iterator[Page]:
    """The owner's phone; afterwards they speak English again."""
    with window(browser, Window(PHONE), owner) as page:
        page.goto(f"{charging.address}/profile")
        yield page
        page.evaluate(SPEAK, "en")


def cut_texts(page: Page, language: str, where: str) -> list[str]:
    """What cannot be read whole of the page as it is now."""
    page.wait_for_function(SETTLED)
    return [f"{language} {where}: {text}" for text in page.evaluate(CUT_TEXTS)]


def spoken(page: Page, language: str) -> None:
    """Wait until the page has been loaded in this language."""
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_language_is_chosen_at_the_door(browser: Browser, demo: Demo) -> None:
    cut = []
    with window(browser, Window(PHONE)) as page:
        page.goto(f"{demo.address}/history")
        spoken(page, "en")
        for language in (*LANGUAGES[1:], "en"):
            page.get_by_role("combobox").select_option(language)
            spoken(page, language)
            cut += cut_texts(page, language, "the door")
        page.get_by_role("combobox").select_option("de")
        spoken(page, "de")
        expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
        page.reload()
        spoken(page, "de")
    assert cut == []


def test_nothing_is_cut_on_a_phone_in_any_language(phone: Page, demo: Demo) -> None:
    phone.get_by_label("Language").select_option("de")
    phone.get_by_role("button", name="Save").click()
    spoken(phone, "de")
    expect(phone.get_by_label("Sprache")).to_have_value("de")
    pages = [one for one in every_page(phone, demo) if "?kiosk" not in one]  # which is for a wall
    cut = []
    for language in LANGUAGES:
        phone.evaluate(SPEAK, language)
        phone.goto(demo.address)
        spoken(phone, language)
        for screen in pages:
            phone.evaluate(GO, screen)
            cut += cut_texts(phone, language, screen)
    assert cut == []


def test_the_search_for_cut_texts_finds_them(phone: Page) -> None:
    phone.wait_for_function(SETTLED)
    assert phone.evaluate(CUT_TEXTS) == []
    phone.evaluate("""() => {
      document.querySelector("main h1").textContent = "Donaudampfschifffahrtsgesellschaftskapitän";
      const [save] = document.querySelectorAll("main button[type=submit]");
      save.style.width = "2rem";
      const [field] = document.querySelectorAll("main select");
      field.selectedOptions[0].text = "A language with a name that is very long indeed";
    }""")
    found = "\n".join(phone.evaluate(CUT_TEXTS))
    for text in (
        "“Donaudampfschifffahrtsgesellschaftskapitän” is broken",
        "“Save” runs out",
        "cuts “A language",
    ):
        assert text in found
