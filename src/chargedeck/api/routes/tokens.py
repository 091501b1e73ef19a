"""API tokens: for programs that call this API."""

from datetime import datetime

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from chargedeck.api.access import access
from chargedeck.api.inputs import Name, Time
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role, TokenRecord

TAGS = ["Tokens"]


class Token(msgspec.Struct, frozen=True):
    """A token; `created_by` is the user it belongs to, null when it was made at the console."""

    id: str
    name: str
    role: Role
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedToken(Token, frozen=True, kw_only=True):
    """A new token; `token` is the secret, shown now and never again."""

    token: str


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token's name and role, and when it ends; null: never."""

    name: Name
    role: Role
    expires_at: Time | None = None


def _shown(record: TokenRecord) -> Token:
    return Token(
        record.id,
        record.name,
        record.role,
        record.created_by,
        record.created_at,
        record.expires_at,
        record.last_used_at,
    )


@get(
    "/api/tokens",
    operation_id="listTokens",
    summary="Tokens",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=PageQuery),
)
async def list_tokens(request: ApiRequest) -> Page[Token]:
    """One's own tokens; owners see everybody's."""
    records = await request.services.people.tokens.visible_to(request.caller)
    shown, cursor = page(map(_shown, records), lambda token: token.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/tokens",
    operation_id="createToken",
    summary="Make a token",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError),
)
async def create_token(request: ApiRequest, data: JSONBody[NewToken]) -> CreatedToken:
    """Its role can be no higher than one's own; it never may do more than its maker may.

    A token makes none: one that outlives it would undo its end.
    """
    if request.caller.token is not None:
        raise ForbiddenError(said("A token cannot make tokens; sign in with a browser"))
    record, secret = await request.services.people.tokens.create(
        data.name, data.role, data.expires_at, by=request.caller
    )
    return CreatedToken(**msgspec.structs.asdict(_shown(record)), token=secret)


@delete(
    "/api/tokens/{token_id:str}",
    operation_id="revokeToken",
    summary="Revoke a token",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def revoke_token(request: ApiRequest, token_id: FromPath[str]) -> None:
    """Takes effect at once, also on what is open with it."""
    await request.services.people.tokens.revoke(token_id, by=request.caller)
