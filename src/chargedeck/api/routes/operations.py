"""What operators of the server look at: health, metrics and the description of the API."""

from typing import Literal

import msgspec
from litestar import Response, get
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0, generate_latest

from chargedeck.api.access import NOBODY, access
from chargedeck.api.request import ApiRequest
from chargedeck.hub.records import Role

TAGS = ["Operation"]


class Health(msgspec.Struct, frozen=True):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct, frozen=True):
    """Whether the server can do its work, part by part; the log says more of what failed."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Literal["ok", "failed"]]


@get("/healthz", operation_id="getHealth", summary="Whether the process lives", tags=TAGS, opt=access(NOBODY))
async def get_health() -> Health:
    """Answers as long as anything does."""
    return Health()


@get(
    "/readyz",
    operation_id="getReadiness",
    summary="Whether the server can work",
    tags=TAGS,
    opt=access(NOBODY) | {"also": {503: "A part does not work"}},
)
async def get_readiness(request: ApiRequest) -> Response[Ready]:
    """Whether the database takes what is written and chargers can connect."""
    found = await request.behind.readiness.ask()
    ready = all(problem is None for problem in found.values())
    checks: dict[str, Literal["ok", "failed"]] = {
        part: "ok" if problem is None else "failed" for part, problem in found.items()
    }
    return Response(Ready("ready" if ready else "not_ready", checks), status_code=200 if ready else 503)


@get(
    "/metrics",
    media_type=CONTENT_TYPE_PLAIN_1_0_0,
    operation_id="getMetrics",
    summary="Metrics",
    tags=TAGS,
    opt=access(Role.OPERATOR),
)
async def get_metrics(request: ApiRequest) -> Response[bytes]:
    """In Prometheus' text format; let the scraper send a token."""
    return Response(generate_latest(request.services.metrics), media_type=CONTENT_TYPE_PLAIN_1_0_0)


@get(
    "/api/openapi.json",
    operation_id="getOpenApi",
    summary="This document",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def get_openapi(request: ApiRequest) -> Response[bytes]:
    """OpenAPI 3.1; every operation says in `x-role` who may call it."""
    return Response(request.behind.document.json, media_type="application/json")


@get(
    "/docs",
    media_type="text/html",
    operation_id="getDocs",
    summary="This document to read",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def get_docs(request: ApiRequest) -> Response[bytes]:
    """A page without any script."""
    return Response(request.behind.document.html, media_type="text/html")


@get(
    "/docs/style.css",
    media_type="text/css",
    operation_id="getDocsStyle",
    summary="The style of that page",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def get_docs_style(request: ApiRequest) -> Response[bytes]:
    """Colours and spaces."""
    return Response(request.behind.document.style, media_type="text/css")
