"""One-time codes: the vectors of RFC 6238, and that none counts twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.hub.one_time_code import STEP_S, code_of, enrolment_uri, shown_secret, step_at, step_of

SECRET = b"12345678901234567890"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    """Its appendix B, SHA-1, to six figures."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert code_of(SECRET, step_at(now)) == code
    assert step_of(SECRET, f"{code[:3]} {code[3:]}", now, after=0) == step_at(now)


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_a_clock_may_be_off_by_half_a_minute(off: int) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    code = code_of(SECRET, step_at(now + timedelta(seconds=off * STEP_S)))
    assert (step_of(SECRET, code, now, after=0) is not None) == (abs(off) <= 1)


@given(st.integers(0, 2**40))
def test_no_code_counts_twice(seconds: int) -> None:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds % 10**11)
    step = step_at(now)
    assert step_of(SECRET, code_of(SECRET, step), now, after=step + 1) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert step_of(SECRET, code, NOON, after=0) is None


def test_what_an_app_reads() -> None:
    assert shown_secret(b"\x00" * 20) == "A" * 32
    uri = enrolment_uri(SECRET, "ana@example.com", "Charge Deck")
    assert uri == (
        "otpauth://totp/Charge%20Deck:ana%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Charge%20Deck"
    )
