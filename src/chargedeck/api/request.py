"""A request as our handlers see it: who calls, what is there to work with, and strictly read JSON."""

import functools
import re
from collections.abc import Sequence
from typing import Any, TypeVar, Union, get_args

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from chargedeck.api.behind import Behind, behind_of
from chargedeck.api.languages import language_of
from chargedeck.api.misfits import IS_UNKNOWN, Misfit, misfit
from chargedeck.api.refusals import (
    UnreadableRequestError,
    UnsupportedMediaTypeError,
    invalid,
)
from chargedeck.api.services import Services
from chargedeck.domain.sentences import Language, Sentence, said
from chargedeck.hub.callers import Caller
from chargedeck.hub.sign_ins import Visit

Query = TypeVar("Query", bound=msgspec.Struct)

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")


@functools.cache
def _decoder(wanted: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(wanted)


def decoded(body: bytes, wanted: Any) -> Any:
    """Read JSON as the wanted type: no coercion, no unknown fields; names the field that is wrong."""
    try:
        return _decoder(wanted).decode(body)
    except msgspec.ValidationError as error:
        raise invalid([misfit(error)]) from error
    except RecursionError as error:
        raise UnreadableRequestError(said("The body is nested too deeply")) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableRequestError(said("The body is not JSON: {why}", why=str(error))) from error


def _without_none(wanted: Any) -> Any:
    """What must be there if anything is: neither a body nor a parameter is ever the word null."""
    given = [one for one in get_args(wanted) if one is not type(None)]
    return Union[tuple(given)] if type(None) in get_args(wanted) else wanted  # noqa: UP007  (made at run time)


@functools.cache
def _parameters_of(wanted: type[msgspec.Struct]) -> dict[str, tuple[str, Any]]:
    """A query's parameters: the field and the type of each."""
    return {
        field.encode_name: (field.name, _without_none(field.type)) for field in msgspec.structs.fields(wanted)
    }


def asked(parameters: Sequence[tuple[str, str]], wanted: type[Query]) -> Query:
    """Read a query as the wanted struct; names everything in it that is unknown, repeated or malformed."""
    known = _parameters_of(wanted)
    misfits: list[Misfit] = []
    values: dict[str, Any] = {}
    for name, text in parameters:
        if name not in known:
            misfits.append(Misfit(name, IS_UNKNOWN))
        elif _count(parameters, name) > 1:
            misfits.append(Misfit(name, said("is given more than once")))
        else:
            field, kind = known[name]
            try:
                values[field] = _converted(text, kind)
            except msgspec.ValidationError as error:
                misfits.append(Misfit(name, misfit(error).remedy))
    if misfits:
        unlike = {(one.field, str(one.remedy)): one for one in misfits}
        raise invalid([*unlike.values()])
    return wanted(**values)


def _converted(text: str, kind: Any) -> Any:
    """A parameter as its type; a number is no time, though msgspec would take it for one."""
    if "datetime" in str(kind) and not _TIME.match(text):
        raise msgspec.ValidationError("Invalid RFC3339 encoded datetime")
    return msgspec.convert(text, kind, strict=False)


def _count(parameters: Sequence[tuple[str, str]], name: str) -> int:
    return sum(one == name for one, _ in parameters)


class ApiRequest(Request[Caller, Any, State]):
    """Litestar's request with our own words."""

    @property
    def behind(self) -> Behind:
        """What came along with the request."""
        return behind_of(self.scope)

    @property
    def services(self) -> Services:
        """What the routes work with."""
        return self.behind.services

    @property
    def caller(self) -> Caller:
        """Who asks; only where somebody must have signed in."""
        return self.user

    @property
    def language(self) -> Language:
        """What the answer is told in."""
        return language_of(self.scope)

    def told(self, sentence: Sentence | None) -> str | None:
        """A sentence in the language of who asks."""
        return None if sentence is None else sentence.told(self.language)

    @property
    def visit(self) -> Visit:
        """Where the request comes from."""
        return visit_of(self)

    def asked(self, wanted: type[Query]) -> Query:
        """The query as a struct."""
        return asked(list(self.query_params.multi_items()), wanted)

    async def json(self) -> Any:
        """The body as the handler's `data`, read once."""
        body = await self.body()
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise UnsupportedMediaTypeError
        handler = self.route_handler
        assert isinstance(handler, HTTPRouteHandler)
        field = handler.parsed_data_field
        assert field is not None
        return decoded(body, _without_none(field.annotation))


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Where a request comes from, as the connection or a trusted proxy says."""
    address = request.client.host if request.client is not None else ""
    return Visit(address, request.headers.get("user-agent", ""))
