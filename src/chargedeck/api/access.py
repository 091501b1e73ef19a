"""What every handler must say of itself: who may call it, and what it may answer instead."""

from typing import Any, Final

from litestar.handlers import BaseRouteHandler
from msgspec import Struct

from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.records import Role

NOBODY: Final = "nobody"
"""For the few routes that are open without sign-in."""

EMBED: Final = "embed"
"""For what an embedded card's key opens; no sign-in and no token does."""

Access = Role | str

COOKIE = "chargedeck_session"


def access(
    needed: Access, *problems: type[ChargeDeckError], query: type[Struct] | None = None
) -> dict[str, Any]:
    """The `opt` of a handler: its role, the problems that are its own, what may stand in its query."""
    return {"role": needed, "problems": problems, "query": query}


def role_of(handler: BaseRouteHandler) -> Access:
    """Who may call a handler; one that does not say so is for owners only."""
    needed: Access = handler.opt.get("role", Role.OWNER)
    return needed


def problems_of(handler: BaseRouteHandler) -> tuple[type[ChargeDeckError], ...]:
    """The problems that a handler says are its own."""
    problems: tuple[type[ChargeDeckError], ...] = handler.opt.get("problems", ())
    return problems


def query_of(handler: BaseRouteHandler) -> type[Struct] | None:
    """What a handler reads from the query."""
    query: type[Struct] | None = handler.opt.get("query")
    return query
