"""Everything that can be wrong with a wish, as one tree; the text says what to do next.

ChargeDeckError
├── DomainError                   the wish does not fit the facts
│   ├── NotPossibleNowError       not in this state
│   ├── ChargerLockedError        the charger is locked
│   ├── InspectionRequiredError   a relay failure has not been inspected
│   └── OutOfRangeError           a value outside its range
├── UnknownResourceError          no such charger, device, session, …
├── ConflictError                 the name is taken, the thing is in use
├── StorageUnavailableError       what was asked for could not be put on disk
├── InvalidCallError              a message that does not fit the protocol; it was not sent
└── DeviceError                   the device is the reason
    ├── ChargerOfflineError       no live connection
    ├── DeviceTimeoutError        no answer in time
    ├── DeviceRefusedError        the device said no
    └── NotSupportedError         the device cannot do this
"""

from chargedeck.domain.sentences import Sentence, said


class ChargeDeckError(Exception):
    """The root of the tree; `code` is stable, the text is for people."""

    code = "error"

    @property
    def sentence(self) -> Sentence:
        """What it says, to be told in whatever language."""
        first = self.args[0] if self.args else ""
        return first if isinstance(first, Sentence) else Sentence(super().__str__())

    def __str__(self) -> str:
        return str(self.sentence)


class DomainError(ChargeDeckError):
    """The wish does not fit the facts."""

    code = "not_possible_now"


class NotPossibleNowError(DomainError):
    """The command makes no sense in the present state."""

    def __init__(self, *, command: str, state: str) -> None:
        super().__init__(command, state)
        self.command, self.state = command, state

    @property
    def sentence(self) -> Sentence:
        return said(
            "{command} is not possible while the charger is {state}",
            command=Sentence(self.command),
            state=Sentence(self.state),
        )


class ChargerLockedError(DomainError):
    """The charger is locked."""

    code = "charger_locked"

    sentence = said("The charger is locked; unlock it in its settings first")


class InspectionRequiredError(DomainError):
    """A relay failure has not been inspected."""

    code = "inspection_required"

    sentence = said("A relay failure was reported; an owner must record who inspected the charger first")


class OutOfRangeError(ChargeDeckError):
    """A value lies outside its range; nothing was changed."""

    code = "out_of_range"

    def __init__(self, field: str, value: float, low: float, high: float) -> None:
        super().__init__(field, value, low, high)
        self.field, self.value, self.low, self.high = field, value, low, high

    @property
    def sentence(self) -> Sentence:
        return said(
            "{field} is {value}; it must lie between {low} and {high}",
            field=self.field,
            value=self.value,
            low=self.low,
            high=self.high,
        )


class UnknownResourceError(ChargeDeckError):
    """There is no such thing, or it is not visible to who asks."""

    code = "not_found"

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(kind, key)
        self.kind, self.key = kind, key

    @property
    def sentence(self) -> Sentence:
        return said("There is no {kind} '{key}'", kind=Sentence(self.kind), key=self.key)


class ConflictError(ChargeDeckError):
    """The wish collides with what is already there."""

    code = "conflict"


class DeviceError(ChargeDeckError):
    """The device is the reason why a wish failed."""

    code = "device_error"


class ChargerOfflineError(DeviceError):
    """No live connection."""

    code = "charger_offline"

    sentence = said("The charger is offline; check its power and its network")


class DeviceTimeoutError(DeviceError):
    """The device did not answer in time."""

    code = "device_timeout"

    def __init__(self, action: str, seconds: float) -> None:
        super().__init__(action, seconds)
        self.action, self.seconds = action, seconds

    @property
    def sentence(self) -> Sentence:
        return said(
            "The charger did not answer {action} within {seconds} s; try again",
            action=self.action,
            seconds=self.seconds,
        )


class DeviceRefusedError(DeviceError):
    """The device said no; `reason` is its own word."""

    code = "device_refused"

    def __init__(self, action: str, reason: Sentence) -> None:
        super().__init__(action, reason)
        self.action, self.reason = action, reason

    @property
    def sentence(self) -> Sentence:
        return said("The charger refused {action}: {reason}", action=self.action, reason=self.reason)


class NotSupportedError(DeviceRefusedError):
    """The device does not know how to do this."""

    code = "device_refused"

    @property
    def sentence(self) -> Sentence:
        return said("The charger does not support {action}", action=self.action)


class InvalidCallError(ChargeDeckError):
    """An operator's message does not fit the protocol; it was not sent."""

    code = "invalid_request"


class StorageUnavailableError(ChargeDeckError):
    """What was asked for could not be put on disk."""

    code = "storage_unavailable"

    sentence = said("The database cannot be written; check the disk's free space, then try again")
