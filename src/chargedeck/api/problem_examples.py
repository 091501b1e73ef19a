"""What each refusal may look like, made from the errors themselves."""

from datetime import timedelta
from http import HTTPStatus

from chargedeck.api.problems import Problem, problem, problem_of
from chargedeck.api.refusals import (
    CsrfError,
    FieldError,
    ForbiddenError,
    UnauthenticatedError,
    UnsupportedMediaTypeError,
    invalid,
)
from chargedeck.domain.problems import (
    ChargerLockedError,
    ChargerOfflineError,
    ConflictError,
    DeviceRefusedError,
    DeviceTimeoutError,
    InspectionRequiredError,
    NotPossibleNowError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.hub.meter_records import MeterFailedError, MeterTrouble
from chargedeck.hub.people_problems import (
    AccountEndedError,
    AlreadyClaimedError,
    BadCredentialsError,
    BusyError,
    CodeNeededError,
    EmbedGoneError,
    InvitationGoneError,
    LockedOutError,
    NoProxyUserError,
    PasskeyError,
    WrongClaimCodeError,
    WrongCodeError,
)

_ERRORS = (
    NotPossibleNowError(command="stop", state="idle"),
    ChargerLockedError(),
    InspectionRequiredError(),
    ChargerOfflineError(),
    DeviceRefusedError("RemoteStartTransaction", "Rejected"),
    DeviceTimeoutError("Reset", 30),
    MeterFailedError(
        MeterTrouble.NOT_FOUND,
        "192.168.1.50:80 does not answer in time; check its power, its network and the address",
    ),
    OutOfRangeError("current_a", 40, 6, 32),
    UnknownResourceError("charger", "yard"),
    ConflictError("There is a device 'garage' already; choose another id"),
    StorageUnavailableError(),
    AlreadyClaimedError(),
    WrongClaimCodeError(),
    UnauthenticatedError(),
    BadCredentialsError(),
    AccountEndedError(),
    CodeNeededError(),
    WrongCodeError(),
    PasskeyError(),
    NoProxyUserError(),
    InvitationGoneError(),
    EmbedGoneError(),
    LockedOutError(timedelta(seconds=30)),
    BusyError(),
    ForbiddenError("This needs the role operator; yours is driver. Ask an owner."),
    CsrfError("Send the csrf_token of /api/me as X-CSRF-Token"),
    UnsupportedMediaTypeError(),
    invalid([FieldError("limit", "expected `int` <= 500")]),
)

PROBLEMS: dict[str, Problem] = {found.code: found for found in map(problem_of, _ERRORS)} | {
    "too_large": problem("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body must not exceed 64 KiB")
}
"""By code."""
