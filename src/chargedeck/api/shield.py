"""The outermost layer: refuses foreign host names and puts the security headers on every answer."""

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, LifeSpanScope, Message, Receive, Scope, Send

from chargedeck.api.behind import Behind, put_behind
from chargedeck.api.languages import language_of
from chargedeck.api.problems import problem, problem_of, send_problem
from chargedeck.api.refusals import UnknownHostError
from chargedeck.api.services import ApiSettings, is_address, is_loopback
from chargedeck.domain.problems import StorageUnavailableError
from chargedeck.domain.sentences import said

Front = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application for what is not the API's."""

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")

EMBED_PAGE = "/embed"
"""The one page that other sites' pages may show."""

Headers = list[tuple[bytes, bytes]]

_POLICY, _FRAMES = b"content-security-policy", b"x-frame-options"

_SERVER_PATHS = ("/api", "/healthz", "/readyz", "/metrics", "/docs")


def content_security_policy(simulator_url: str | None, ancestors: Sequence[str] = ("'none'",)) -> str:
    """Nothing but our own: no inline script or style, no other host, no frame but of `ancestors`."""
    connect = "'self'" if simulator_url is None else f"'self' {simulator_url}"
    return "; ".join(
        (
            "default-src 'self'",
            f"connect-src {connect}",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {' '.join(ancestors)}",
            "object-src 'none'",
        )
    )


def host_name(header: str) -> str | None:
    """The name in a Host header, without its port; None when it is malformed."""
    found = _HOST.fullmatch(header)
    return None if found is None else found["name"].lower().removesuffix(".")


def is_ours(name: str, settings: ApiSettings) -> bool:
    """Whether a page may call us by this name; another one may be a stranger's, pointed at us."""
    return is_loopback(name) or is_address(name) or name in settings.host_names


def for_server(path: str) -> bool:
    """Whether a path belongs to the server; all others belong to the app."""
    return any(path == one or path.startswith(f"{one}/") for one in _SERVER_PATHS)


class Shield:
    """Wraps the API and the app's files."""

    def __init__(self, api: ASGIApp, front: Front | None, behind: Behind) -> None:
        self._api = api
        self._front = front
        self._behind = behind
        self._settings = behind.services.settings
        self._headers = [
            (_POLICY, content_security_policy(self._settings.simulator_url).encode()),
            (b"x-content-type-options", b"nosniff"),
            (_FRAMES, b"DENY"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ]

    async def __call__(self, scope: Scope | LifeSpanScope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await self._api(scope, receive, send)  # type: ignore[arg-type]  # Litestar takes both kinds
        elif scope["type"] == ScopeType.HTTP:
            await self._serve(scope, receive, self._guarded(scope, send, await self._headers_of(scope)))
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "There are no WebSockets here"})

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        name = host_name(hosts[0].decode("latin-1")) if len(hosts) == 1 else None
        if name is None:
            detail = said("Send one well-formed Host header")
            await send_problem(send, problem("invalid_request", HTTPStatus.BAD_REQUEST, detail))
        elif not is_ours(name, self._settings):
            detail = said(
                "This server does not go by the name {name}; add it to CHARGEDECK_ALLOWED_HOSTS", name=name
            )
            await send_problem(send, problem_of(UnknownHostError(detail), language_of(scope)))
        elif self._front is None or for_server(scope["path"]):
            put_behind(scope, self._behind)
            await self._api(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._front(scope, receive, send)
        else:
            detail = said("{method} is not possible here", method=scope["method"])
            found = problem("method_not_allowed", HTTPStatus.METHOD_NOT_ALLOWED, detail)
            await send_problem(send, found, [(b"allow", b"GET, HEAD")])

    async def _headers_of(self, scope: HTTPScope) -> Headers:
        """The page of embedded cards may stand in our own pages and in those of the sites that cards name."""
        if scope["path"] != EMBED_PAGE or self._front is None:
            return self._headers
        try:
            origins = await self._behind.services.people.embeds.origins()
        except StorageUnavailableError:
            origins = ()
        if not origins:
            return self._headers
        policy = content_security_policy(None, ("'self'", *origins)).encode()
        # The older header knows no list of sites; where it stands as well, some go by it.
        others = [one for one in self._headers if one[0] not in (_POLICY, _FRAMES)]
        return [(_POLICY, policy), *others]

    def _guarded(self, scope: HTTPScope, send: Send, guards: Headers) -> Send:
        """Add the headers to the start of the answer; everything after it goes straight through."""
        began = time.perf_counter()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._count(scope, message["status"], time.perf_counter() - began)
                headers = [*message["headers"], *guards]
                if scope["scheme"] == "https":
                    headers.append((b"strict-transport-security", b"max-age=31536000"))
                if for_server(scope["path"]) and not any(key == b"cache-control" for key, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        return guarded

    def _count(self, scope: HTTPScope, status: int, seconds: float) -> None:
        """By the route's template, never by the path: strangers must not make series of their own."""
        route = "app"
        if for_server(scope["path"]):
            route = scope.get("path_template") or "none"
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._behind.metrics.answered(method, route, status, seconds)
