"""What the API itself refuses a request for, and how it says which field is wrong."""

from collections.abc import Sequence
from functools import reduce

from chargedeck.api.misfits import Misfit
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.domain.sentences import Sentence, said


class ApiError(ChargeDeckError):
    """A request that the API itself refuses."""


class UnauthenticatedError(ApiError):
    """Nobody has signed in, or no longer."""

    code = "unauthenticated"

    sentence = said("Sign in first, or send a valid token as `Authorization: Bearer …`")


class ForbiddenError(ApiError):
    """The role does not suffice."""

    code = "forbidden"


class CsrfError(ApiError):
    """The request may not come from our own page."""

    code = "csrf"


class InvalidRequestError(ApiError):
    """The request cannot be understood, field by field."""

    code = "invalid_request"

    def __init__(self, detail: Sentence, misfits: Sequence[Misfit] = ()) -> None:
        super().__init__(detail)
        self.misfits = tuple(misfits)


class UnreadableRequestError(InvalidRequestError):
    """Not even the syntax is right."""


class UnsupportedMediaTypeError(ApiError):
    """The body is not JSON."""

    code = "unsupported_media_type"

    sentence = said("Send the body as JSON, with `Content-Type: application/json`")


class UnknownHostError(ApiError):
    """The Host header names somebody else."""

    code = "unknown_host"


class TooManyStreamsError(ApiError):
    """No more event streams can be opened."""

    code = "too_many_requests"

    sentence = said("Too many event streams are open; close some and try again")


def invalid(misfits: Sequence[Misfit]) -> InvalidRequestError:
    """A refusal that names each field and what is wrong with it."""
    told = [
        said("{field}: {remedy}", field=one.field or said("the body"), remedy=one.remedy) for one in misfits
    ]
    return InvalidRequestError(
        reduce(lambda one, more: said("{one}; {more}", one=one, more=more), told), misfits
    )
