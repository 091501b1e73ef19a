"""In which language a browser is answered: the one it was last given, else the best of those it asks for."""

from collections.abc import Collection

COOKIE = "chargedeck_language"
"""Kept by the app itself: the language of who is signed in, or what was chosen before signing in."""

FALLBACK = "en"


def best_language(cookies: str, accepted: str, available: Collection[str]) -> str:
    """The language for a request with these `Cookie` and `Accept-Language` headers, else English."""
    for wanted in (*_remembered(cookies), *_accepted(accepted)):
        primary = wanted.partition("-")[0].lower()
        if primary in available:
            return primary
    return FALLBACK


def _remembered(cookies: str) -> list[str]:
    pairs = (cookie.strip().partition("=") for cookie in cookies.split(";"))
    return [value for name, _, value in pairs if name == COOKIE]


def _accepted(header: str) -> list[str]:
    """The tags of the header, those with the most weight first; one that is refused or unreadable is none."""
    weighed = []
    for option in header.split(","):
        tag, _, weight = option.partition(";")
        value = _weight(weight)
        if value > 0:
            weighed.append((value, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda one: -one[0])]


def _weight(text: str) -> float:
    name, _, value = text.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        return float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
