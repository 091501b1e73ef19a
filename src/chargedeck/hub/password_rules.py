"""Which passwords may be used: long enough, and none that a list of common ones leads to in a moment."""

from collections.abc import Iterable

from chargedeck.domain.sentences import said
from chargedeck.hub.people_problems import InvalidValueError

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
LOOKED_AT = 64
"""A guesser who needs more than the first so many characters needs for ever."""

FEWEST_GUESSES = 1_000_000
"""What a patient guesser tries within the limits on attempts: fewer than this is no password."""


def checked_length(password: str, *, field: str = "password") -> str:
    """A password of a length that may be."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        remedy = said(
            "must have {least} to {most} characters", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD
        )
        raise InvalidValueError(field, remedy)
    return password


def checked_strength(password: str, about: Iterable[str], field: str) -> str:
    """A password that is not found in a moment; takes milliseconds, so it is for a thread.

    `about` is what everybody knows of its owner.
    """
    # Its lists of words take 10 MiB, which a server needs only while somebody chooses a password.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # noqa: PLC0415

    found = zxcvbn(password[:LOOKED_AT], user_inputs=["chargedeck", *filter(None, about)])
    if found["guesses"] >= FEWEST_GUESSES:
        return password
    why = said("is too easy to guess")
    if any(match.get("dictionary_name") == "passwords" for match in found["sequence"]):
        why = said("is one of the most common passwords, or nearly")
    raise InvalidValueError(field, said("{why}; three or four random words do well", why=why))
