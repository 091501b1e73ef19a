"""What does not fit in a request, field by field, in words for people instead of the decoder's."""

import re
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from chargedeck.domain.sentences import Sentence, said

_PATH = re.compile(r" - at `(?:key )?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"field `(?P<field>[^`]+)`")

IS_UNKNOWN = said("is unknown; leave it out")
IS_MISSING = said("is missing")


class Misfit(NamedTuple):
    """A field, empty for the whole body, and what is wrong with it: what could stand behind its name."""

    field: str
    remedy: Sentence


_KINDS = {
    "int": said("a whole number"),
    "float": said("a number"),
    "str": said("text"),
    "bool": said("true or false"),
    "array": said("a list"),
    "object": said("an object"),
    "null": said("null"),
    "datetime": said("a time"),
    "date": said("a date"),
    "time": said("a time of day"),
    "bytes": said("Base64"),
    "decimal": said("a number as text"),
}


def _kind(names: str) -> Sentence:
    first, _, others = names.partition(" | ")
    kind = _KINDS.get(first, Sentence(first))
    return said("{one} or {other}", one=kind, other=_kind(others)) if others else kind


def _number(text: str) -> int | float:
    return float(text) if "." in text or "e" in text else int(text)


def _length(kind: str, sign: str, text: str) -> Sentence:
    count = int(text)
    if sign == ">=" and count == 1:
        return said("must not be empty")
    if kind == "array":
        return {
            ">=": said("must have {least} entries or more", least=count),
            "<=": said("must have {most} entries at most", most=count),
        }.get(sign, said("must have {count} entries", count=count))
    return {
        ">=": said("must have {least} characters or more", least=count),
        "<=": said("must have {most} characters at most", most=count),
    }.get(sign, said("must have {count} characters", count=count))


def _limit(sign: str, text: str) -> Sentence:
    limit = _number(text)
    return {
        ">=": said("must be {least} or more", least=limit),
        "<=": said("must be {most} at most", most=limit),
        ">": said("must be more than {limit}", limit=limit),
        "<": said("must be less than {limit}", limit=limit),
    }[sign]


_FORMS: tuple[tuple[str, Callable[..., Sentence]], ...] = (
    (r"Object missing required field .*", lambda: IS_MISSING),
    (r"Object contains unknown field .*", lambda: IS_UNKNOWN),
    (r"Expected `(\w+)` of length (>=|<=)? ?(\d+)", _length),
    (r"Expected `\w+` (>=|<=|>|<) (\S+)", _limit),
    (
        r"Expected `\w+` that's a multiple of (\S+)",
        lambda step: said("must be a multiple of {step}", step=step),
    ),
    (r"Expected `\w+` matching regex '(.*)'", lambda form: said("must match {form}", form=form)),
    (
        r"Expected `datetime` with a timezone component",
        lambda: said("must say its time zone, as in 2026-01-31T18:00:00Z"),
    ),
    (
        r"Expected `([^`]+)`, got `([^`]+)`",
        lambda wanted, given: said("must be {wanted}, not {given}", wanted=_kind(wanted), given=_kind(given)),
    ),
    (r"Invalid enum value (.*)", lambda value: said("cannot be {value}", value=value)),
    (r"Invalid RFC3339 encoded datetime", lambda: said("must be a time such as 2026-01-31T18:00:00Z")),
    (r"Invalid RFC3339 encoded date", lambda: said("must be a date such as 2026-01-31")),
    (r"Invalid RFC3339 encoded time", lambda: said("must be a time of day such as 18:00:00")),
    (r"Invalid decimal string", lambda: said("must be a number such as 0.1234")),
    (r"Invalid base64 encoded string", lambda: said("must be Base64")),
)
"""The decoder's sentences, and ours for them; another one is told as it is."""


def remedy(words: str) -> Sentence:
    """What could stand behind a field's name, from a sentence of the decoder without its place."""
    for form, say in _FORMS:
        found = re.fullmatch(form, words)
        if found:
            return say(*(part or "" for part in found.groups()))
    return Sentence(words[:1].lower() + words[1:])


def misfit(error: msgspec.ValidationError) -> Misfit:
    """Which field is wrong, and why."""
    text = str(error)
    found = _PATH.search(text)
    path = found["path"].removeprefix("$").removeprefix(".") if found else ""
    words = text[: found.start()] if found else text
    named = _NAMED.search(words)
    if named is not None:
        path = f"{path}.{named['field']}" if path else named["field"]
    return Misfit(path, remedy(words))
