"""Passwords of devices: strong, kept only as a hash, and remembered once they were proved."""

import pytest

from chargedeck.hub.device_passwords import Verified, generated, matches, spellings, stored


def test_a_generated_password_fits_every_charger_and_is_never_the_same() -> None:
    made = {generated() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 20
        assert password.isalnum()
        assert not set(password) & set("0O1Il")


def test_only_a_salted_hash_is_kept() -> None:
    one, other = stored(b"secret"), stored(b"secret")
    assert one != other
    assert "secret" not in one
    assert b"secret".hex() not in one
    for kept in (one, other):
        assert matches(b"secret", kept)
        assert not matches(b"Secret", kept)
        assert not matches(b"", kept)


@pytest.mark.parametrize(
    ("presented", "expected"),
    [
        (b"\x00\xffAB", (b"\x00\xffAB", b"00ff4142", b"00FF4142")),
        (b"AB", (b"AB", b"4142", b"4142")),
        (b"", (b"", b"", b"")),
    ],
)
def test_what_is_presented_may_be_the_bytes_of_a_hexadecimal_key(
    presented: bytes, expected: tuple[bytes, ...]
) -> None:
    assert spellings(presented) == expected


def test_what_was_proved_once_is_remembered_for_that_device_and_that_password() -> None:
    verified = Verified()
    assert not verified.knows("garage", b"secret")
    verified.remember("garage", b"secret")
    assert verified.knows("garage", b"secret")
    assert not verified.knows("garage", b"other")
    assert not verified.knows("attic", b"secret")
    verified.remember("garage", b"other")
    assert not verified.knows("garage", b"secret")
    verified.forget("garage")
    verified.forget("garage")
    assert not verified.knows("garage", b"other")


def test_a_name_and_a_password_do_not_run_into_one_another() -> None:
    verified = Verified()
    verified.remember("a", b"b\0c")
    assert not verified.knows("a\0b", b"c")
