"""In which language who calls is answered, and its words."""

import functools
import tomllib
from importlib import resources

from litestar.types import Scope

from chargedeck.domain.sentences import ENGLISH, Language
from chargedeck.hub.report_records import ReportLanguage
from chargedeck.negotiation import best_language

LANGUAGES = tuple(one.value for one in ReportLanguage)
"""Those of reports: who is written to in a language is answered in it too."""


def language_of(scope: Scope) -> Language:
    """That of the app which sent a request, else the best of those its headers ask for, else English."""
    cookies, accepted = "", ""
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies = value.decode("latin-1")
        elif name == b"accept-language":
            accepted = value.decode("latin-1")
    return language(best_language(cookies, accepted, LANGUAGES))


@functools.cache
def language(code: str) -> Language:
    """One of the languages with its words, read once."""
    if code == ENGLISH.code:
        return ENGLISH
    text = resources.files(f"{__package__}.words").joinpath(f"{code}.toml").read_text(encoding="utf-8")
    return Language(code, tomllib.loads(text), decimal_mark=",")
