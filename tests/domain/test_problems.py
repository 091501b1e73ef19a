"""The tree of problems: a stable code for programs, a sentence with what to do next for people."""

import inspect

import pytest

from chargedeck.domain import problems
from chargedeck.domain.problems import (
    ChargeDeckError,
    ChargerLockedError,
    ChargerOfflineError,
    ConflictError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    DomainError,
    InspectionRequiredError,
    InvalidCallError,
    NotPossibleNowError,
    NotSupportedError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.sentences import Sentence

TEXTS: list[tuple[ChargeDeckError, type[ChargeDeckError], str, str]] = [
    (
        NotPossibleNowError(command="start", state="charging"),
        DomainError,
        "not_possible_now",
        "start is not possible while the charger is charging",
    ),
    (
        ChargerLockedError(),
        DomainError,
        "charger_locked",
        "The charger is locked; unlock it in its settings first",
    ),
    (
        InspectionRequiredError(),
        DomainError,
        "inspection_required",
        "A relay failure was reported; an owner must record who inspected the charger first",
    ),
    (
        OutOfRangeError("current_a", 40, 6, 32),
        ChargeDeckError,
        "out_of_range",
        "current_a is 40; it must lie between 6 and 32",
    ),
    (UnknownResourceError("charger", "attic"), ChargeDeckError, "not_found", "There is no charger 'attic'"),
    (ConflictError("The name is taken"), ChargeDeckError, "conflict", "The name is taken"),
    (
        StorageUnavailableError(),
        ChargeDeckError,
        "storage_unavailable",
        "The database cannot be written; check the disk's free space, then try again",
    ),
    (InvalidCallError("no such action"), ChargeDeckError, "invalid_request", "no such action"),
    (
        ChargerOfflineError(),
        DeviceError,
        "charger_offline",
        "The charger is offline; check its power and its network",
    ),
    (
        DeviceTimeoutError("Reset", 30),
        DeviceError,
        "device_timeout",
        "The charger did not answer Reset within 30 s; try again",
    ),
    (
        DeviceRefusedError("Reset", Sentence("Rejected")),
        DeviceError,
        "device_refused",
        "The charger refused Reset: Rejected",
    ),
    (
        NotSupportedError("Reset", Sentence("NotSupported")),
        DeviceRefusedError,
        "device_refused",
        "The charger does not support Reset",
    ),
    (DomainError("no"), ChargeDeckError, "not_possible_now", "no"),
    (DeviceError("no"), ChargeDeckError, "device_error", "no"),
    (ChargeDeckError("no"), Exception, "error", "no"),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("problem", "parent", "code", "text"), TEXTS, ids=lambda value: type(value).__name__)
def test_each_says_what_is_wrong_and_what_to_do(
    problem: ChargeDeckError, parent: type[Exception], code: str, text: str
) -> None:
    assert isinstance(problem, parent)
    assert (problem.code, str(problem)) == (code, text)


def test_the_tree_is_complete_here_and_in_its_own_drawing() -> None:
    tree = {
        name: found
        for name, found in inspect.getmembers(problems, inspect.isclass)
        if issubclass(found, ChargeDeckError)
    }
    assert {type(problem) for problem, *_ in TEXTS} == set(tree.values())
    for name in tree:
        assert name in (problems.__doc__ or "")
