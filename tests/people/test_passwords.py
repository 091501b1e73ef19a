import asyncio
import time
from typing import Literal

import pytest
from argon2 import PasswordHasher

from chargedeck.hub.password_rules import checked_length, checked_strength
from chargedeck.hub.passwords import OWASP, QUICK, Passwords
from chargedeck.hub.people_problems import BusyError, InvalidValueError
from chargedeck.hub.users import NO_PASSWORD, checked_email


class Counting(PasswordHasher):
    """Counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  (the library's name)
        self.verified += 1
        return super().verify(hash, password)


async def test_a_password_matches_its_own_hash_and_no_other() -> None:
    passwords = Passwords(QUICK)
    kept = await passwords.hashed("three random words")
    assert kept.startswith("$argon2id$")
    assert "three" not in kept
    assert await passwords.matches("three random words", kept)
    assert not await passwords.matches("three random word", kept)
    assert not await passwords.matches("three random words", "no hash at all")
    passwords.close()


async def test_nobody_has_a_password_and_finding_out_takes_as_long() -> None:
    hasher = Counting()
    passwords = Passwords(hasher)
    assert not await passwords.matches("nobody's password", None)
    assert hasher.verified == 1
    passwords.close()


async def test_too_many_at_once_are_turned_away() -> None:
    class Slow(Counting):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            time.sleep(0.05)
            return super().verify(hash, password)

    passwords = Passwords(Slow(), workers=1, most_waiting=2)
    kept = await passwords.hashed("a password")
    answers = await asyncio.gather(
        *(passwords.matches("a password", kept) for _ in range(6)), return_exceptions=True
    )
    assert [answer for answer in answers if answer is True] == [True] * 3
    assert sum(isinstance(answer, BusyError) for answer in answers) == 3
    assert await passwords.matches("a password", kept)
    passwords.close()


async def test_a_hash_of_another_time_is_renewed() -> None:
    passwords = Passwords(QUICK)
    assert passwords.outdated(OWASP.hash("a password"))
    assert not passwords.outdated(await passwords.hashed("a password"))
    passwords.close()


def test_the_parameters_are_at_least_what_owasp_asks_for() -> None:
    assert (OWASP.memory_cost, OWASP.time_cost, OWASP.parallelism) >= (19 * 1024, 2, 1)


@pytest.mark.parametrize("email", ["ana@example.com", " Ana@Example.COM ", "a+b@x"])
def test_addresses_are_kept_in_one_form(email: str) -> None:
    assert checked_email(email) == email.strip().lower()


@pytest.mark.parametrize(
    "email", ["", "ana", "@", "a@", "@b", "a b@c", "a@b@c", "a\n@b", "x" * 250 + "@b.com"]
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(InvalidValueError, match="email"):
        checked_email(email)


@pytest.mark.parametrize("password", ["", "1234567", "x" * 257])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(InvalidValueError, match="password must have 8 to 256 characters"):
        checked_length(password)


ABOUT = ("ana@example.com", "Ana", "Marin")


@pytest.mark.parametrize(
    "password",
    [
        *(
            "password",
            "Password1!",
            "12345678",
            "qwertyui",
            "iloveyou1",
            "00000000",
            "zzzzzzzzzz",
            "        ",
        ),
        *("ANA@example.com", "anamarin", "chargedeck"),
    ],
)
def test_what_is_found_in_a_moment_is_no_password(password: str) -> None:
    with pytest.raises(InvalidValueError, match="three or four random words do well"):
        checked_strength(password, ABOUT, "password")


@pytest.mark.parametrize("password", ["three random words", "kW7#qzpL", "kW7#qzpL" * 32, "čaj, mleko, med"])
def test_what_takes_long_to_find_is_one(password: str) -> None:
    assert checked_strength(checked_length(password), ABOUT, "password") == password


async def test_who_has_no_password_is_let_in_by_none() -> None:
    passwords = Passwords(QUICK)
    for guess in ("", "nobody's password"):
        assert not await passwords.matches(guess, NO_PASSWORD)
    passwords.close()
