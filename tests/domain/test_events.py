"""Facts are values: two that say the same are the same, and none changes after it was told."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import (
    UNIDENTIFIED,
    DeviceIdentity,
    Metered,
    OutletSeen,
    OutletState,
    TransactionStarted,
    TransactionStopped,
    Updating,
)
from chargedeck.domain.reading import Reading
from chargedeck.domain.units import IdTag, WattHours

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FACTS = [
    lambda: OutletSeen(NOON, OutletState.FAULTED, "Faulted", ErrorType.OVERCURRENT, "OverCurrentFailure"),
    lambda: TransactionStarted(NOON, WattHours(1_000), IdTag("04A1B2")),
    lambda: TransactionStopped(NOON, "7", WattHours(1_500), "Local"),
    lambda: Metered(Reading(NOON, WattHours(1_200)), "7"),
    lambda: Updating(active=True, word="Installing"),
    lambda: DeviceIdentity("ACME", "One"),
]


@pytest.mark.parametrize("told", FACTS)
def test_a_fact_told_again_is_the_same_fact(told: object) -> None:
    assert callable(told)
    assert told() == told()
    assert hash(told()) == hash(told())


@pytest.mark.parametrize("told", FACTS)
def test_a_fact_cannot_be_changed(told: object) -> None:
    assert callable(told)
    fact = told()
    with pytest.raises(FrozenInstanceError):
        setattr(fact, next(iter(type(fact).__slots__)), None)


def test_a_device_that_says_nothing_is_nothing_in_particular() -> None:
    assert DeviceIdentity() == UNIDENTIFIED
    assert {UNIDENTIFIED.vendor, UNIDENTIFIED.model, UNIDENTIFIED.serial, UNIDENTIFIED.firmware} == {None}


def test_an_outlet_may_have_several_errors() -> None:
    first, second = (ErrorType.RELAY_FAILURE, "contactor_failure"), (ErrorType.OVERCURRENT, "overcurrent")
    seen = OutletSeen(NOON, OutletState.FAULTED, "F", *first, further=(second,))
    assert seen.errors == (first, second)
    assert OutletSeen(NOON, OutletState.AVAILABLE, "A").errors == ()
