"""What can go wrong between us and a device, and what to tell its owner; the hub's errors are made of these.

TroubleError
├── UnreachableError      nobody answers there, or not in time
├── NotAllowedError       the address lies outside the networks that devices may be asked in
├── UnauthorizedError     it wants a password, or another one
├── NotUnderstoodError    what answers there does not speak as these devices do
└── RefusedError          the device said no, with one of its codes or without
"""

from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    NotSupportedError,
)
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.unit_settings import DeviceTrouble

GENERAL, FORMAT, LENGTH, RANGE, TYPE, KEY, PROHIBITED = range(-1, -8, -1)
NO_METHOD = 404
"""What the firmware's RPC layer answers to a method that it does not have."""

_REMEDIES = {
    GENERAL: said("it could not do it; look for an error at the charger, then try again"),
    FORMAT: said("it does not understand this request; update its firmware"),
    LENGTH: said("the text is too short or too long for it"),
    RANGE: said("the value is outside what this device takes; choose another one"),
    TYPE: said("it wants another kind of value; update its firmware"),
    PROHIBITED: said(
        "it does not allow this now; check whether it is locked, updating or under OCPP control"
    ),
}
NO_HINT = Sentence("")
_UNKNOWN = said("it gave a reason that is not known here")
_UNSUPPORTED = frozenset({KEY, NO_METHOD})


class TroubleError(Exception):
    """The root; `trouble` is what the screen calls it, the text says what to do."""

    trouble = DeviceTrouble.NOT_UNDERSTOOD

    @property
    def sentence(self) -> Sentence:
        """What happened and what to do, to be told in whatever language."""
        return Sentence(super().__str__())

    def __str__(self) -> str:
        return str(self.sentence)


class UnreachableError(TroubleError):
    """Nobody answers, or not in time."""

    trouble = DeviceTrouble.NOT_FOUND

    def __init__(self, where: str, reason: Sentence, *, seconds: float | None = None) -> None:
        super().__init__(where, reason)
        self.where, self.reason, self.seconds = where, reason, seconds

    @property
    def sentence(self) -> Sentence:
        return said(
            "Nothing answers at {where} ({reason}); check its power, its network and the address",
            where=self.where,
            reason=self.reason,
        )


class NotAllowedError(TroubleError):
    """The address is none that devices may be asked at."""

    trouble = DeviceTrouble.NOT_ALLOWED

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    @property
    def sentence(self) -> Sentence:
        return said(
            "{where} is not in a network where devices may be; use its local address, "
            "or add its network to CHARGEDECK_DEVICE_NETWORKS",
            where=self.where,
        )


class UnauthorizedError(TroubleError):
    """It wants a password."""

    trouble = DeviceTrouble.UNAUTHORIZED

    sentence = said("The device wants a user name and a password, or other ones; enter them in its settings")


class NotUnderstoodError(TroubleError):
    """Something answers that is not a device of this kind, or is out of its mind."""

    def __init__(self, where: str, reason: Sentence) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    @property
    def sentence(self) -> Sentence:
        return said(
            "{where} does not answer as a LEKTRI.CO device does: {reason}",
            where=self.where,
            reason=self.reason,
        )


class RefusedError(TroubleError):
    """The device said no; `code` is None where it gave none."""

    def __init__(self, method: str, code: int | None, message: str = "", *, hint: Sentence = NO_HINT) -> None:
        super().__init__(method, code, message)
        self.method, self.code, self.message, self.hint = method, code, message, hint

    @property
    def is_unknown(self) -> bool:
        """Whether the device has no such method or key."""
        return self.code in _UNSUPPORTED

    @property
    def remedy(self) -> Sentence:
        """What to do, in words."""
        if self.code is None:
            return said("it said no and gave no reason; check that it is in a state where this makes sense")
        why = _REMEDIES.get(self.code) or (Sentence(self.message) if self.message else _UNKNOWN)
        return said("{why}{hint} (code {code})", why=why, hint=self.hint, code=self.code)

    @property
    def sentence(self) -> Sentence:
        return said("{method}: {remedy}", method=self.method, remedy=self.remedy)


def told(trouble: TroubleError, action: str) -> DeviceError:
    """The hub's error for a command that came to this."""
    match trouble:
        case UnreachableError(seconds=seconds) if seconds is not None:
            return DeviceTimeoutError(action, round(seconds, 1))
        case UnreachableError():
            return ChargerOfflineError()
        case RefusedError(is_unknown=True):
            return NotSupportedError(trouble.method, trouble.remedy)
        case RefusedError():
            return DeviceRefusedError(trouble.method, trouble.remedy)
        case _:
            return DeviceRefusedError(action, trouble.sentence)
