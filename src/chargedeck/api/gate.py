"""The gate before every route: who calls, from which page, with what role. Says no, or notes the caller."""

import hmac
import ipaddress
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from chargedeck.api.access import COOKIE, EMBED, NOBODY, query_of, role_of
from chargedeck.api.behind import behind_of
from chargedeck.api.deeds import note_asked
from chargedeck.api.misfits import IS_UNKNOWN, Misfit
from chargedeck.api.refusals import CsrfError, ForbiddenError, UnauthenticatedError, invalid
from chargedeck.api.services import ApiSettings, Services
from chargedeck.api.shield import host_name
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.callers import Caller
from chargedeck.hub.deeds import asked_from
from chargedeck.hub.passkeys import Place
from chargedeck.hub.records import Role

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STREAM = "/api/events"
PEER = "chargedeck.peer"
"""The extension of our own server that names the other end of the connection itself, proxy or not."""

Connection = ASGIConnection[Any, Any, Any, Any]


async def gate(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through to its handler, or raise what is wrong with it."""
    assert isinstance(connection, Request)
    services = behind_of(connection.scope).services
    needed = role_of(handler)
    safe = connection.method in SAFE_METHODS
    if not safe or needed == EMBED or STREAM in handler.paths:
        check_origin(connection)
    if query_of(handler) is None and connection.query_params:
        raise invalid([Misfit(name, IS_UNKNOWN) for name in connection.query_params])
    if needed in (NOBODY, EMBED):  # whatever opens these, the handler asks for it
        asked_from(address_of(connection))
        return
    if not safe:
        note_asked(connection.scope, asked_from(address_of(connection)))
    caller = await _caller(connection, services)
    if caller is None:
        raise UnauthenticatedError
    if caller.sign_in is not None and not safe:
        _check_csrf(connection, caller.sign_in.csrf_token)
    if not caller.may(Role(needed)):
        raise ForbiddenError(
            said(
                "This needs the role {needed}; yours is {role}. Ask an owner.",
                needed=Sentence(needed),
                role=Sentence(caller.role),
            )
        )
    connection.scope["user"] = caller


async def _caller(connection: Connection, services: Services) -> Caller | None:
    """Whoever shows a token is known by it alone, so that no cookie lends it more."""
    if "authorization" in connection.headers:
        return await services.people.by_token(bearer_of(connection))
    cookie = connection.cookies.get(COOKIE)
    return None if cookie is None else await services.people.by_cookie(cookie)


def bearer_of(connection: Connection) -> str:
    """The secret that a program shows; nothing when it shows none."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def origin_of(connection: Connection) -> str:
    """What our own pages have for an origin, as this request reached us."""
    return f"{connection.scope['scheme']}://{connection.headers.get('host', '')}"


def check_origin(connection: Connection) -> None:
    """A browser says which page sends a request; programs that are no browsers say nothing."""
    origin = connection.headers.get("origin")
    if origin is not None:
        ours = _normal(origin_of(connection))
        if ours is None or _normal(origin) != ours:
            raise CsrfError(
                said(
                    "The request comes from {origin}, but this server is {server}. "
                    "Behind a proxy, set CHARGEDECK_TRUSTED_PROXIES and let it pass the Host header on.",
                    origin=origin,
                    server=origin_of(connection),
                )
            )
    elif connection.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        raise CsrfError(said("The request comes from another site's page"))


def _normal(origin: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (KeyError, ValueError):
        return None
    return (parts.scheme, parts.hostname or "", port)


def _check_csrf(connection: Connection, expected: str) -> None:
    given = connection.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise CsrfError(said("Send the csrf_token of /api/me as X-CSRF-Token"))


def address_of(connection: Connection) -> str:
    """Where a request comes from, as the connection or a trusted proxy says."""
    return connection.client.host if connection.client is not None else ""


def place_of(connection: Connection) -> Place:
    """What the browser's address bar says; a passkey is bound to it."""
    return Place(host_name(connection.headers.get("host", "")) or "", origin_of(connection))


def proxy_user(connection: Connection, settings: ApiSettings) -> str | None:
    """Whom a trusted proxy says it is; nobody else's word counts, whatever the header says."""
    if settings.proxy_user_header is None:
        return None
    extensions: Any = connection.scope.get("extensions") or {}
    peer = extensions.get(PEER, {}).get("address") or address_of(connection)
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return None
    if not any(address in network for network in settings.trusted_proxies):
        return None
    return connection.headers.get(settings.proxy_user_header) or None


def is_secure(request: Request[Any, Any, Any]) -> bool:
    """Whether the browser's connection is encrypted."""
    return request.scope["scheme"] == "https"
