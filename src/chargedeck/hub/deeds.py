"""Where a deed comes from: known while a request is answered, so that whoever writes one down need not ask.

A context variable belongs to the task that answers the request; nothing of it outlives the answer.
"""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Asked:
    """A request that is being answered, and whether what it did has been written down."""

    address: str
    noted: bool = False


_ASKED: ContextVar[Asked | None] = ContextVar("asked", default=None)


def asked_from(address: str) -> Asked:
    """From now on deeds of this task come from there."""
    asked = Asked(address)
    _ASKED.set(asked)
    return asked


def origin_of_deed() -> str | None:
    """Where the deed comes from that is being written down; None at the console, or by itself."""
    asked = _ASKED.get()
    if asked is None:
        return None
    asked.noted = True
    return asked.address
