"""The OpenAPI document, made from the handlers and their types alone; runs no server."""

import inspect
import json
import re
import typing
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler

from chargedeck import __version__
from chargedeck.api.access import COOKIE, EMBED, NOBODY, problems_of, query_of, role_of
from chargedeck.api.downloads import Download
from chargedeck.api.event_stream import EventStream
from chargedeck.api.examples import example_of
from chargedeck.api.problem_examples import PROBLEMS
from chargedeck.api.problems import MEDIA_TYPE, Problem, status_of
from chargedeck.api.refusals import (
    CsrfError,
    ForbiddenError,
    InvalidRequestError,
    UnauthenticatedError,
    UnreadableRequestError,
    UnsupportedMediaTypeError,
)
from chargedeck.api.routes import all_routes
from chargedeck.api.schema_names import Schemas
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.records import Role

DESCRIPTION = """\
Everything that the ChargeDeck app does, it does by this API.

Names carry their unit: `_w`, `_wh`, `_a`, `_v`, `_c` (°C), `_s`, `_ratio` (0 to 1). Times are RFC 3339 in
UTC. Money is `{"amount": "1.23", "currency": "EUR"}`. Refusals are `application/problem+json` (RFC
9457) with a stable `code`. Lists take `limit` and `cursor` and answer `items` and `next_cursor`.

Programs send `Authorization: Bearer <token>`. Browsers sign in with `POST /api/login` and show the
session cookie; their POST, PUT, PATCH and DELETE also carry `X-CSRF-Token` with the `csrf_token` of
`GET /api/me`. `x-role` of an operation is the lowest role that may call it: `viewer`, `driver`,
`operator`, `owner`, or `nobody` where no sign-in is needed, or `embed` for the key of an embedded card. Who
is limited to some stations sees nothing of the others.
"""

_PARAMETER = re.compile(r"\{([a-z_]+):str\}")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Json = dict[str, Any]


def openapi_json() -> str:
    """The document as text, for `chargedeck openapi`."""
    return json.dumps(openapi_document(all_routes(), __version__), indent=2, ensure_ascii=False)


def openapi_document(routes: Sequence[HTTPRouteHandler], version: str) -> Json:
    """The whole document."""
    schemas = Schemas(_types(routes))
    paths: dict[str, Json] = {}
    for route in routes:
        for path in route.paths:
            for method in sorted(route.http_methods):
                operations = paths.setdefault(_shown_path(path), {})
                operations[method.lower()] = _operation(route, method, path, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ChargeDeck",
            "version": version,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": name} for name in dict.fromkeys(tag for route in routes for tag in route.tags or ())
        ],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "examples": {code: {"value": msgspec.to_builtins(found)} for code, found in PROBLEMS.items()},
            "securitySchemes": _SECURITY,
        },
    }


_SECURITY: Json = {
    "token": {"type": "http", "scheme": "bearer"},
    "embed": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
}


def _types(routes: Iterable[HTTPRouteHandler]) -> list[tuple[Any, bool]]:
    """All types that the document speaks of, and whether each is an answer."""
    found: list[tuple[Any, bool]] = [(Problem, True)]
    for route in routes:
        hints = _hints(route)
        found += [(wanted, False) for wanted in (_body(hints)[0], query_of(route)) if wanted is not None]
        answer = _answer(hints)
        found += [] if answer in (None, bytes) else [(answer, True)]
    return found


def _hints(route: HTTPRouteHandler) -> dict[str, Any]:
    return typing.get_type_hints(route.fn, include_extras=True)


def _body(hints: dict[str, Any]) -> tuple[Any, bool]:
    """The type of the body and whether there must be one."""
    wanted = hints.get("data")
    if typing.get_origin(wanted) is Annotated:
        wanted = typing.get_args(wanted)[0]
    given = [one for one in typing.get_args(wanted) if one is not type(None)]
    return (given[0], False) if given else (wanted, True)


def _shown_path(path: str) -> str:
    """The first parameter of a path is the id of what it is about; more of them go by their own names."""
    return _PARAMETER.sub(r"{\1}", _PARAMETER.sub("{id}", path, count=1))


def _answer(hints: dict[str, Any]) -> Any:
    """The type of the answer; bytes for what has no schema, None for no content."""
    wanted = hints["return"]
    if typing.get_origin(wanted) is Response:
        (wanted,) = typing.get_args(wanted)
    if wanted is type(None):
        return None
    return bytes if wanted in (EventStream, Download) else wanted


def _operation(route: HTTPRouteHandler, method: str, path: str, schemas: Schemas) -> Json:
    hints, needed = _hints(route), role_of(route)
    body, required = _body(hints)
    operation: Json = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "description": inspect.cleandoc(route.description or route.fn.__doc__ or ""),
        "tags": list(route.tags or ()),
        "x-role": str(needed),
        "security": _security(needed, method),
    }
    parameters = _parameters(route, path, schemas)
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        operation["requestBody"] = {
            "required": required,
            "content": {"application/json": _content(body, schemas)},
        }
    operation["responses"] = _responses(route, method, hints, schemas)
    return operation


def _security(needed: Role | str, method: str) -> list[Json]:
    if needed == NOBODY:
        return []
    if needed == EMBED:
        return [{"embed": []}]
    session: Json = {"session": []}
    return [{"token": []}, session | {"csrf": []} if method in _UNSAFE else session]


def _parameters(route: HTTPRouteHandler, path: str, schemas: Schemas) -> list[Json]:
    found: list[Json] = [
        {
            "name": "id" if place == 0 else name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        }
        for place, name in enumerate(_PARAMETER.findall(path))
    ]
    query = query_of(route)
    if query is not None:
        found += [
            {"name": name, "in": "query", "required": False, **described}
            for name, described in schemas.parameters(query)
        ]
    return found


def _content(wanted: Any, schemas: Schemas) -> Json:
    content: Json = {"schema": schemas.reference(wanted)}
    example = example_of(wanted)
    return content if example is None else content | {"example": example}


def _responses(route: HTTPRouteHandler, method: str, hints: dict[str, Any], schemas: Schemas) -> Json:
    answer = _answer(hints)
    status = HTTPStatus(route.status_code or 200)
    success: Json = {"description": status.phrase if answer is None else _meaning(answer)}
    if answer is bytes:
        media_types: Iterable[str] = route.opt.get(
            "media_types", (str(route.media_type or "application/json"),)
        )
        success["content"] = {media_type.partition(";")[0]: {} for media_type in media_types}
    elif answer is not None:
        success["content"] = {"application/json": _content(answer, schemas)}
    responses: Json = {str(status.value): success}
    also: dict[int, str] = route.opt.get("also", {})
    for other, meaning in also.items():
        responses[str(other)] = success | {"description": meaning}
    return responses | _refusals(route, method, hints)


def _meaning(answer: Any) -> str:
    known = typing.get_origin(answer) or answer
    return inspect.cleandoc(known.__doc__ or "").partition("\n\n")[0] if known is not bytes else "The content"


def _refusals(route: HTTPRouteHandler, method: str, hints: dict[str, Any]) -> Json:
    """The problems of a route by status, each code with an example."""
    by_status: dict[HTTPStatus, list[str]] = {}
    for error in (*_common(route, method, hints), *problems_of(route)):
        by_status.setdefault(status_of(error), []).append(error.code)
    if _body(hints)[0] is not None:
        by_status[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = ["too_large"]
    return {
        str(status.value): {
            "description": f"{status.phrase}: {', '.join(dict.fromkeys(codes))}",
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
                }
            },
        }
        for status, codes in sorted(by_status.items())
    }


def _common(route: HTTPRouteHandler, method: str, hints: dict[str, Any]) -> Iterable[type[ChargeDeckError]]:
    needed = role_of(route)
    if needed not in (NOBODY, EMBED):
        yield UnauthenticatedError
        if needed != Role.VIEWER:
            yield ForbiddenError
    if method in _UNSAFE:
        yield CsrfError
    yield InvalidRequestError
    if _body(hints)[0] is not None:
        yield UnreadableRequestError
        yield UnsupportedMediaTypeError
