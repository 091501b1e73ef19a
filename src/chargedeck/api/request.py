"""A request as our handlers see it: who calls, what is there to work with, and strictly read JSON."""

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from chargedeck.api.problems import (
    FieldError,
    UnreadableRequestError,
    UnsupportedMediaTypeError,
    field_error,
    invalid,
)
from chargedeck.hub.callers import Caller
from chargedeck.hub.sign_ins import Visit

if TYPE_CHECKING:
    from chargedeck.api.docs_page import Document
    from chargedeck.api.services import Services

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
        raise invalid([field_error(error)]) from error
    except RecursionError as error:
        raise UnreadableRequestError("The body is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableRequestError(f"The body is not JSON: {error}") from error


@functools.cache
def _times_of(wanted: type[msgspec.Struct]) -> frozenset[str]:
    """Parameters that are times: a number is none, though msgspec would take it for one."""
    return frozenset(
        field.encode_name for field in msgspec.structs.fields(wanted) if "datetime" in str(field.type)
    )


def asked(parameters: Sequence[tuple[str, str]], wanted: type[Query]) -> Query:
    """Read a query as the wanted struct; refuses what is unknown, repeated or malformed, by name."""
    known = {field.encode_name for field in msgspec.structs.fields(wanted)}
    errors = [FieldError(name, "is unknown; leave it out") for name, _ in parameters if name not in known]
    given = dict(parameters)
    if len(given) < len(parameters):
        errors += [FieldError(name, "is given twice") for name in given if _count(parameters, name) > 1]
    errors += [
        FieldError(name, "must be a time such as 2026-01-31T18:00:00Z")
        for name in _times_of(wanted) & given.keys()
        if not _TIME.match(given[name])
    ]
    if errors:
        raise invalid(errors)
    try:
        return msgspec.convert(given, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise invalid([field_error(error)]) from error


def _count(parameters: Sequence[tuple[str, str]], name: str) -> int:
    return sum(one == name for one, _ in parameters)


class ApiRequest(Request[Caller, Any, State]):
    """Litestar's request with our own words."""

    @property
    def services(self) -> "Services":
        """What is behind the routes."""
        services: Services = self.app.state["services"]
        return services

    @property
    def document(self) -> "Document":
        """The API's own description."""
        document: Document = self.app.state["document"]
        return document

    @property
    def caller(self) -> Caller:
        """Who asks; only where somebody must have signed in."""
        return self.user

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
        return decoded(body, field.annotation)


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """Where a request comes from, as the connection or a trusted proxy says."""
    address = request.client.host if request.client is not None else ""
    return Visit(address, request.headers.get("user-agent", ""))
