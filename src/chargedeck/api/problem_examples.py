"""What each refusal may look like, made from the errors themselves."""

from datetime import timedelta
from http import HTTPStatus

from chargedeck.api.misfits import Misfit
from chargedeck.api.problems import Problem, problem, problem_of
from chargedeck.api.refusals import (
    CsrfError,
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
from chargedeck.domain.sentences import Sentence, said
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
    DeviceRefusedError("RemoteStartTransaction", Sentence("Rejected")),
    DeviceTimeoutError("Reset", 30),
    MeterFailedError(
        MeterTrouble.NOT_FOUND,
        said(
            "{where} {why}; check its power, its network and the address",
            where="192.168.1.50:80",
            why=said("does not answer in time"),
        ),
    ),
    OutOfRangeError("current_a", 40, 6, 32),
    UnknownResourceError("charger", "yard"),
    ConflictError(said("There is a device '{device_id}' already; choose another id", device_id="garage")),
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
    ForbiddenError(
        said("This needs the role {needed}; yours is {role}. Ask an owner.", needed="operator", role="driver")
    ),
    CsrfError(said("Send the csrf_token of /api/me as X-CSRF-Token")),
    UnsupportedMediaTypeError(),
    invalid([Misfit("limit", said("must be {most} at most", most=500))]),
)

PROBLEMS: dict[str, Problem] = {found.code: found for found in map(problem_of, _ERRORS)} | {
    "too_large": problem(
        "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said("The body must not exceed 64 KiB")
    )
}
"""By code."""
