"""Reads the error guide: the page of every error, in the language asked for or else in English."""

import functools
import tomllib
from importlib import resources

import msgspec

from chargedeck.domain.errors import ErrorType, severity

FALLBACK = "en"


class GuideEntry(msgspec.Struct, frozen=True):
    """What a person should know about an error."""

    type: ErrorType
    title: str
    severity: str
    meaning: str
    what_chargedeck_did: str
    what_to_do: str
    when_to_call: str


def languages() -> tuple[str, ...]:
    """The languages that there is a guide in."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@functools.cache
def entries(language: str) -> tuple[GuideEntry, ...]:
    """Every error's page, those that are dangerous first; `language` must be one of `languages`."""
    text = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    pages = tomllib.loads(text)
    found = [
        GuideEntry(type=error, severity=severity(error).word, **_flowing(pages[error])) for error in ErrorType
    ]
    return tuple(sorted(found, key=lambda entry: -severity(entry.type)))


def spoken(language: str) -> str:
    """The best there is for a language tag such as `de-AT`."""
    primary = language.partition("-")[0].lower()
    return primary if primary in languages() else FALLBACK


def _flowing(page: dict[str, str]) -> dict[str, str]:
    """Line breaks of the file are none of the text; a numbered step begins a line."""
    return {name: _joined(text) for name, text in page.items()}


def _joined(text: str) -> str:
    lines: list[str] = []
    for line in text.strip().splitlines():
        if not lines or (line[:1].isdigit() and line[1:3] == ". "):
            lines.append(line)
        else:
            lines[-1] += f" {line}"
    return "\n".join(lines)
