"""What can be wrong with a message, apart from how a version of OCPP spells it."""

from enum import Enum, auto

LONGEST_DESCRIPTION = 255
"""OCPP-J 1.6 §4.2.3: errorDescription is at most 255 characters."""


class FaultKind(Enum):
    """Why a message is answered with a CALLERROR; each version has its own word for each."""

    NOT_IMPLEMENTED = auto()
    """An action that nobody knows."""
    NOT_SUPPORTED = auto()
    """An action that is known and does not belong here."""
    INTERNAL = auto()
    """Our own failure; the same message may succeed later."""
    SECURITY = auto()
    """The device may not do this, or not yet."""
    FORMATION = auto()
    """Not the shape of a message, or a field that does not exist."""
    PROPERTY = auto()
    """A value outside its range or its list."""
    OCCURRENCE = auto()
    """A field is missing, or a list is too short."""
    TYPE = auto()
    """A value of the wrong type."""


class Fault(Exception):  # noqa: N818  (the protocol's word: it becomes a CALLERROR, not a failure of ours)
    """A message that is answered with a CALLERROR; the description names the field and the remedy."""

    def __init__(self, kind: FaultKind, description: str) -> None:
        super().__init__(kind, description)
        self.kind = kind
        self.description = description

    def __str__(self) -> str:
        return f"{self.kind.name.lower()}: {self.description}"
