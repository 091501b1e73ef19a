"""Everything that the server says to people is there in every language, with the same places in it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import chargedeck
from chargedeck.api.deed_words import operations
from chargedeck.api.deeds import NO_DEEDS
from chargedeck.api.languages import LANGUAGES, language
from chargedeck.domain.actions import Action
from chargedeck.domain.sentences import ENGLISH
from chargedeck.domain.session import State
from chargedeck.hub.charging_rules import RuleKind
from chargedeck.hub.records import Role

SOURCES = Path(chargedeck.__file__).parent
ELSEWHERE = {"cli", "simulator"}
"""What these say is for a console, which speaks English."""

OTHERS = [code for code in LANGUAGES if code != ENGLISH.code]

Found = tuple[str, str]
"""A template, and where it stands."""


def _calls() -> Iterator[tuple[ast.Call, str, str]]:
    for path in sorted(SOURCES.rglob("*.py")):
        inside = path.relative_to(SOURCES)
        if inside.parts[0] in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node, node.func.id, f"{inside}:{node.lineno}"


def _literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _templates() -> Iterator[Found]:
    """Whatever is made by `said`; it must stand there in full, or no test could find it."""
    for call, name, where in _calls():
        if name == "said":
            template = _literal(call.args[0])
            assert template is not None, f"{where}: the words must stand in the call"
            yield template, where


def _parts() -> Iterator[str]:
    """What is said by a value: commands and states, things, roles and rules, what operations are called."""
    for call, name, _ in _calls():
        if name == "UnknownResourceError" and (kind := _literal(call.args[0])):
            yield kind
        if name == "NotPossibleNowError":
            yield from filter(None, (_literal(one.value) for one in call.keywords))
    yield from (*Action, *State, *Role, *RuleKind, "in error")
    yield from (words for name, words in operations().items() if name not in NO_DEEDS)


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _has_words(template: str) -> bool:
    return any(text.strip(" :;()'") for text, *_ in string.Formatter().parse(template))


KNOWN = {template for template, _ in _templates()} | set(_parts())
WANTED = {template for template in KNOWN if _has_words(template)}


def test_there_is_a_lot_to_be_said() -> None:
    assert len(WANTED) > 300
    assert "must lie in the future" in WANTED


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_missing_and_nothing_is_left_over(code: str) -> None:
    words = language(code).words

    assert sorted(WANTED - words.keys()) == []
    assert sorted(words.keys() - KNOWN) == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_value_has_its_place(code: str) -> None:
    words = language(code).words

    assert [one for one, told in words.items() if _places(one) != _places(told)] == []
    assert [one for one, told in words.items() if not told.strip()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_it_is_another_language(code: str) -> None:
    words = language(code).words

    assert sum(one == told for one, told in words.items()) < 20


def test_every_error_says_what_it_says_in_a_sentence() -> None:
    """Plain words in an error could be told in English only."""
    plain = []
    for call, name, where in _calls():
        if name.endswith("Error") and name in SAYING:
            words = [one.value for one in call.args if isinstance(one, ast.Constant)]
            plain += [where for one in words if isinstance(one, str) and " " in one]
    assert plain == []


SAYING = {
    "BackupError",
    "ConflictError",
    "CsrfError",
    "DeviceRefusedError",
    "ForbiddenError",
    "HttpError",
    "InvalidCallError",
    "InvalidCircuitsError",
    "InvalidValueError",
    "MeterFailedError",
    "NotAskedError",
    "NotCarriedError",
    "PriceSourceError",
    "SkyError",
    "TemplateError",
    "UnknownHostError",
    "UnreadableRequestError",
}
