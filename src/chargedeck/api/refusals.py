"""What the API itself refuses a request for, and how it says which field is wrong."""

import re
from collections.abc import Sequence

import msgspec

from chargedeck.domain.problems import ChargeDeckError

_PATH = re.compile(r" - at `(?:key )?(?P<path>[^`]*)`$")
_NAMED = re.compile(r"field `(?P<field>[^`]+)`")


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of a request."""

    field: str
    message: str


class ApiError(ChargeDeckError):
    """A request that the API itself refuses."""


class UnauthenticatedError(ApiError):
    """Nobody has signed in, or no longer."""

    code = "unauthenticated"

    def __str__(self) -> str:
        return "Sign in first, or send a valid token as `Authorization: Bearer …`"


class ForbiddenError(ApiError):
    """The role does not suffice."""

    code = "forbidden"


class CsrfError(ApiError):
    """The request may not come from our own page."""

    code = "csrf"


class InvalidRequestError(ApiError):
    """The request cannot be understood, field by field."""

    code = "invalid_request"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.errors = list(errors)


class UnreadableRequestError(InvalidRequestError):
    """Not even the syntax is right."""


class UnsupportedMediaTypeError(ApiError):
    """The body is not JSON."""

    code = "unsupported_media_type"

    def __str__(self) -> str:
        return "Send the body as JSON, with `Content-Type: application/json`"


class UnknownHostError(ApiError):
    """The Host header names somebody else."""

    code = "unknown_host"


class TooManyStreamsError(ApiError):
    """No more event streams can be opened."""

    code = "too_many_requests"

    def __str__(self) -> str:
        return "Too many event streams are open; close some and try again"


def field_error(error: msgspec.ValidationError) -> FieldError:
    """Say which field is wrong, from msgspec's sentence."""
    text = str(error)
    found = _PATH.search(text)
    path = found["path"].removeprefix("$").removeprefix(".") if found else ""
    message = text[: found.start()] if found else text
    named = _NAMED.search(message)
    if named is not None:
        path = f"{path}.{named['field']}" if path else named["field"]
        message = "is missing" if "missing required" in message else "is unknown; leave it out"
    return FieldError(path, message[:1].lower() + message[1:])


def invalid(errors: Sequence[FieldError]) -> InvalidRequestError:
    """A refusal that names each field and what is wrong with it."""
    said = "; ".join(f"{one.field or 'the body'}: {one.message}" for one in errors)
    return InvalidRequestError(f"{said[:1].upper()}{said[1:]}", errors)
