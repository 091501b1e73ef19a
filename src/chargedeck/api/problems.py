"""Every refusal as problem details (RFC 9457): one table from errors to answers, no rule of its own."""

import contextlib
import logging
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap, Send

from chargedeck.api.languages import language_of
from chargedeck.api.misfits import Misfit, remedy
from chargedeck.api.refusals import (
    CsrfError,
    ForbiddenError,
    InvalidRequestError,
    TooManyStreamsError,
    UnauthenticatedError,
    UnknownHostError,
    UnreadableRequestError,
    UnsupportedMediaTypeError,
    invalid,
)
from chargedeck.domain.problems import (
    ChargeDeckError,
    ChargerLockedError,
    ChargerOfflineError,
    ConflictError,
    DeviceError,
    DeviceRefusedError,
    DeviceTimeoutError,
    DomainError,
    InspectionRequiredError,
    InvalidCallError,
    NotPossibleNowError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.sentences import ENGLISH, Language, Sentence, said
from chargedeck.hub.meter_records import MeterFailedError
from chargedeck.hub.people_problems import (
    AccountEndedError,
    AlreadyClaimedError,
    BadCredentialsError,
    BusyError,
    CodeNeededError,
    EmbedGoneError,
    InvalidValueError,
    InvitationGoneError,
    LockedOutError,
    NoProxyUserError,
    PasskeyError,
    WrongClaimCodeError,
    WrongCodeError,
)
from chargedeck.hub.session_query import UnreadableCursorError

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a request; `message` could stand behind its name."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal; `code` is stable, `detail` says what to do next, in the language of who asked."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError] = msgspec.field(default_factory=list)


STATUS: dict[type[Exception], HTTPStatus] = {
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    BadCredentialsError: HTTPStatus.UNAUTHORIZED,
    AccountEndedError: HTTPStatus.FORBIDDEN,
    CodeNeededError: HTTPStatus.UNAUTHORIZED,
    WrongCodeError: HTTPStatus.UNAUTHORIZED,
    PasskeyError: HTTPStatus.UNAUTHORIZED,
    NoProxyUserError: HTTPStatus.UNAUTHORIZED,
    InvitationGoneError: HTTPStatus.NOT_FOUND,
    EmbedGoneError: HTTPStatus.UNAUTHORIZED,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    CsrfError: HTTPStatus.FORBIDDEN,
    WrongClaimCodeError: HTTPStatus.FORBIDDEN,
    UnknownResourceError: HTTPStatus.NOT_FOUND,
    DomainError: HTTPStatus.CONFLICT,
    ConflictError: HTTPStatus.CONFLICT,
    UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    UnknownHostError: HTTPStatus.MISDIRECTED_REQUEST,
    UnreadableRequestError: HTTPStatus.BAD_REQUEST,
    InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidValueError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnreadableCursorError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidCallError: HTTPStatus.UNPROCESSABLE_ENTITY,
    OutOfRangeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    LockedOutError: HTTPStatus.TOO_MANY_REQUESTS,
    BusyError: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyStreamsError: HTTPStatus.TOO_MANY_REQUESTS,
    StorageUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    ChargerOfflineError: HTTPStatus.GATEWAY_TIMEOUT,
    DeviceTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    DeviceError: HTTPStatus.BAD_GATEWAY,
}
"""Looked up along the error's own tree."""

TITLES = {
    NotPossibleNowError.code: "Not possible now",
    ChargerLockedError.code: "The charger is locked",
    InspectionRequiredError.code: "An inspection is required",
    DeviceRefusedError.code: "The device refused",
    DeviceTimeoutError.code: "The device did not answer",
    DeviceError.code: "The device failed",
    ChargerOfflineError.code: "The charger is offline",
    MeterFailedError.code: "The meter cannot be read",
    OutOfRangeError.code: "Out of range",
    InvalidRequestError.code: "Invalid request",
    UnknownResourceError.code: "Not found",
    ConflictError.code: "Conflict",
    AlreadyClaimedError.code: "Already claimed",
    WrongClaimCodeError.code: "Wrong claim code",
    StorageUnavailableError.code: "The storage is unavailable",
    UnauthenticatedError.code: "Not signed in",
    BadCredentialsError.code: "Wrong e-mail address or password",
    AccountEndedError.code: "This account has ended",
    CodeNeededError.code: "A code is needed",
    WrongCodeError.code: "The code is wrong",
    PasskeyError.code: "The passkey was refused",
    NoProxyUserError.code: "Not signed in by a proxy",
    InvitationGoneError.code: "The invitation is not valid",
    EmbedGoneError.code: "The embedded card has ended",
    LockedOutError.code: "Too many failed attempts",
    BusyError.code: "Too many requests",
    ForbiddenError.code: "Not allowed",
    CsrfError.code: "The request came from another page",
    UnknownHostError.code: "Unknown host name",
    UnsupportedMediaTypeError.code: "Not JSON",
    "method_not_allowed": "Method not allowed",
    "too_large": "The request is too large",
    "internal_error": "Something went wrong",
}
"""Every code there is, with its title."""

_HTTP_CODES = {
    HTTPStatus.NOT_FOUND: UnknownResourceError.code,
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}


def status_of(error: type[Exception]) -> HTTPStatus:
    """The status that answers an error."""
    return next((STATUS[kind] for kind in error.__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(
    code: str,
    status: HTTPStatus,
    detail: Sentence,
    misfits: Iterable[Misfit] = (),
    *,
    language: Language = ENGLISH,
) -> Problem:
    """Lay a problem out in a language."""
    told = detail.told(language)
    if not detail.template.startswith("{field}"):  # which is spelt as the request spells it
        told = told[:1].upper() + told[1:]
    errors = [FieldError(one.field, one.remedy.told(language)) for one in misfits]
    return Problem(f"/docs#{code}", TITLES[code], status.value, told, code, errors)


def problem_of(error: ChargeDeckError, language: Language = ENGLISH) -> Problem:
    """The problem that an error of our own is told as."""
    misfits: Sequence[Misfit] = ()
    match error:
        case InvalidRequestError():
            misfits = error.misfits
        case InvalidValueError():
            misfits = (Misfit(error.field, error.remedy),)
        case UnreadableCursorError():
            misfits = (Misfit("cursor", said("is not one that a list has answered with")),)
        case OutOfRangeError():
            remedy = said("must lie between {low} and {high}", low=error.low, high=error.high)
            misfits = (Misfit(error.field, remedy),)
        case _:
            pass
    return problem(error.code, status_of(type(error)), error.sentence, misfits, language=language)


def _parameter_misfits(request: Request[Any, Any, Any], error: ValidationException) -> list[Misfit]:
    """Parameters by the name that the caller gave them."""
    parameters = request.route_handler.parsed_fn_signature.parameters
    found = []
    for one in error.extra or ():
        name = one.get("key", "") if isinstance(one, dict) else ""
        definition = parameters.get(name)
        alias = getattr(getattr(definition, "kwarg_definition", None), "query", None)
        message = one["message"] if isinstance(one, dict) else str(one)
        found.append(Misfit(alias or name, remedy(message)))
    return found


def answered(found: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    """The problem as Litestar's response."""
    return Response(found, status_code=found.status, media_type=MEDIA_TYPE, headers=headers)


def _own(request: Request[Any, Any, Any], error: ChargeDeckError) -> Response[Problem]:
    language = language_of(request.scope)
    found = problem_of(error, language)
    headers = {"Content-Language": language.code}
    if found.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="ChargeDeck"'
    if isinstance(error, LockedOutError):
        headers["Retry-After"] = str(error.seconds)
    elif found.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = "1"
    return answered(found, headers)


def _litestars(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    if isinstance(error, ValidationException):
        return _own(request, invalid(_parameter_misfits(request, error)))
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unexpected(request, error)
    code = _HTTP_CODES.get(status, InvalidRequestError.code)
    detail = {
        HTTPStatus.NOT_FOUND: said("There is nothing at {path}", path=request.scope["path"]),
        HTTPStatus.METHOD_NOT_ALLOWED: said("{method} is not possible here", method=request.method),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: said("The body must not exceed 64 KiB"),
    }.get(status, Sentence(error.detail))
    headers = {"Allow": _allowed(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else None
    return answered(problem(code, status, detail, language=language_of(request.scope)), headers)


def _allowed(request: Request[Any, Any, Any]) -> str:
    """The methods that a path takes; Litestar does not say."""
    found = []
    for method in HttpMethod:
        with contextlib.suppress(HTTPException):
            request.app.asgi_router.handle_routing(path=request.scope["path"], method=method)
            found.append(method.value)
    return ", ".join(sorted(found))


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    logger.error("%s %s failed", request.method, request.scope["path"], exc_info=error)
    detail = said("This is a fault in ChargeDeck; the server's log says more")
    language = language_of(request.scope)
    return answered(problem("internal_error", HTTPStatus.INTERNAL_SERVER_ERROR, detail, language=language))


HANDLERS: ExceptionHandlersMap = {
    ChargeDeckError: _own,
    HTTPException: _litestars,
    Exception: _unexpected,
}


async def send_problem(send: Send, found: Problem, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Answer with a problem where Litestar is not asked."""
    body = msgspec.json.encode(found)
    await send(
        {
            "type": "http.response.start",
            "status": found.status,
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", b"%d" % len(body)),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
