"""Many people behind one address: their sign-ins that succeed do not add up to a lock-out."""

from datetime import UTC, datetime

import pytest

from chargedeck.hub.people_problems import LockedOutError
from chargedeck.hub.sign_ins import Attempts

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFICE = "192.0.2.1"


def test_sign_ins_that_succeed_never_lock_their_address_out() -> None:
    attempts = Attempts()
    for number in range(200):
        attempts.begin(f"driver-{number}", OFFICE, NOON)
        attempts.succeeded(f"driver-{number}", OFFICE)


def test_a_success_now_and_then_does_not_help_a_guesser() -> None:
    attempts = Attempts()
    for number in range(20):
        attempts.begin("mine", OFFICE, NOON)
        attempts.succeeded("mine", OFFICE)
        attempts.begin(f"victim-{number}", OFFICE, NOON)
    for account in ("mine", "another"):
        with pytest.raises(LockedOutError):
            attempts.begin(account, OFFICE, NOON)
