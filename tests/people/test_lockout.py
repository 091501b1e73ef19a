from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chargedeck.hub.lockout import Lockout, Patience, wait_after
from chargedeck.hub.people_problems import LockedOutError
from chargedeck.hub.records import SignInRecord
from chargedeck.hub.sign_ins import IDLE, LONGEST, Attempts, neighbourhood, renewed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FIVE = Patience(free=5)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (10_000, 900)],
)
def test_the_wait_doubles_up_to_a_ceiling(failures: int, seconds: int) -> None:
    assert wait_after(failures, FIVE) == seconds * SECOND


def test_a_key_must_wait_and_may_then_try_again() -> None:
    lockout = Lockout(FIVE)
    for _ in range(5):
        assert lockout.remaining("a", NOON) == timedelta(0)
        lockout.attempt("a", NOON)
    assert lockout.remaining("a", NOON) == 30 * SECOND
    assert lockout.remaining("a", NOON + 29 * SECOND) == SECOND
    assert lockout.remaining("a", NOON + 30 * SECOND) == timedelta(0)
    assert lockout.remaining("b", NOON) == timedelta(0)


def test_a_quiet_hour_or_a_success_mends_all() -> None:
    lockout = Lockout(FIVE)
    for _ in range(9):
        lockout.attempt("a", NOON)
        lockout.attempt("b", NOON)
    lockout.succeeded("b")
    assert lockout.remaining("b", NOON) == timedelta(0)
    later = NOON + timedelta(hours=1)
    lockout.attempt("a", later)
    assert lockout.remaining("a", later) == timedelta(0)


def test_only_so_many_keys_are_remembered_and_the_oldest_goes_first() -> None:
    lockout = Lockout(Patience(free=1), most_keys=2)
    for key in ("a", "b", "a", "c"):
        lockout.attempt(key, NOON)
    assert [lockout.remaining(key, NOON) > timedelta(0) for key in "abc"] == [True, False, True]


@settings(deadline=None)
@given(st.lists(st.integers(0, 4_000), max_size=40))
def test_nobody_gets_more_tries_than_there_is_patience_for(pauses: list[int]) -> None:
    """In any hour: the free ones, and one for each wait that fits."""
    lockout, now, tries = Lockout(FIVE), NOON, []
    for pause in pauses:
        now += pause * SECOND
        if lockout.remaining("a", now) == timedelta(0):
            lockout.attempt("a", now)
            tries.append(now)
    for begin in tries:
        within = [at for at in tries if begin <= at < begin + timedelta(hours=1)]
        assert len(within) <= 5 + 8 + 4


def test_from_one_address_nobody_locks_an_owner_out_elsewhere() -> None:
    attempts = Attempts()
    for _ in range(5):
        attempts.begin("ana@example.com", "192.0.2.1", NOON)
    with pytest.raises(LockedOutError):
        attempts.begin("ana@example.com", "192.0.2.1", NOON)
    attempts.begin("ana@example.com", "192.0.2.2", NOON)


def test_who_has_an_account_of_their_own_cannot_try_others_the_longer_for_it() -> None:
    attempts = Attempts()
    for number in range(21):
        attempts.begin(f"{number}@example.com", "192.0.2.1", NOON)
        if number == 10:
            attempts.succeeded("10@example.com", "192.0.2.1")
    with pytest.raises(LockedOutError):
        attempts.begin("ana@example.com", "192.0.2.1", NOON)


def test_an_account_that_the_whole_world_tries_must_wait() -> None:
    attempts = Attempts()
    for number in range(100):
        attempts.begin("ana@example.com", f"192.0.2.{number}", NOON)
    with pytest.raises(LockedOutError, match="try again in 30 s"):
        attempts.begin("ana@example.com", "198.51.100.1", NOON)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_what_counts_as_one_address(address: str, same: str) -> None:
    assert neighbourhood(address) == same


def _sign_in(used: datetime) -> SignInRecord:
    return SignInRecord("d", "u", "c", NOON, NOON + IDLE, used)


@pytest.mark.parametrize(
    ("after", "expires"),
    [
        (timedelta(minutes=59), NOON + IDLE),
        (timedelta(hours=1), NOON + timedelta(hours=1) + IDLE),
        (timedelta(days=29), NOON + timedelta(days=29) + IDLE),
        (timedelta(days=170), NOON + LONGEST),
    ],
)
def test_a_sign_in_that_is_used_lasts_longer_but_not_for_ever(after: timedelta, expires: datetime) -> None:
    fresh = renewed(_sign_in(NOON), NOON + after)
    assert fresh.expires_at == expires
    assert (fresh.csrf_token, fresh.created_at) == ("c", NOON)
