"""Embeds: cards of one charger that other sites' pages show; made by owners, opened by their key alone."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import EMBED, access
from chargedeck.api.event_stream import EventStream
from chargedeck.api.gate import bearer_of
from chargedeck.api.inputs import ONE_LINE, Name
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.refusals import CsrfError, ForbiddenError, TooManyStreamsError
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_charger
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.embed_reader import EmbedReader
from chargedeck.hub.embeds import owner_of_embed
from chargedeck.hub.people_problems import EmbedGoneError, InvalidValueError, LockedOutError
from chargedeck.hub.privacy import embedded
from chargedeck.hub.records import EmbedRecord, Role
from chargedeck.live.ports import Scope

TAGS = ["Embedded cards"]

APP_SHARE = 2
"""Cards leave half of all streams to the app: a page that a town opens must not keep its owner out."""

Origin = Annotated[str, Meta(min_length=1, max_length=300, pattern=ONE_LINE)]


class Embed(msgspec.Struct, frozen=True):
    """An embedded card of a charger; `origins` are the sites whose pages may show it."""

    id: str
    charger_id: str
    name: str
    origins: list[str]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None


class CreatedEmbed(Embed, frozen=True, kw_only=True):
    """A new one; `path` is what comes behind the server's address, shown now and never again."""

    path: str


class NewEmbed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it is for, and who may show it: sites such as `https://host` or `http://host:port`."""

    name: Name
    origins: Annotated[list[Origin], Meta(min_length=1, max_length=10)]


def _shown(record: EmbedRecord) -> Embed:
    return Embed(
        record.id,
        record.charger_id,
        record.name,
        list(record.origins),
        record.created_by,
        record.created_at,
        record.last_used_at,
    )


@get(
    "/api/chargers/{charger_id:str}/embeds",
    operation_id="listEmbeds",
    summary="Embedded cards of a charger",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError, InvalidValueError, query=PageQuery),
)
async def list_embeds(request: ApiRequest, charger_id: FromPath[str]) -> Page[Embed]:
    """All that show it, without their keys."""
    charger = visible_charger(request, charger_id)
    records = await request.services.people.embeds.of_charger(charger.id)
    shown, cursor = page(map(_shown, records), lambda one: one.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/chargers/{charger_id:str}/embeds",
    operation_id="createEmbed",
    summary="Make an embedded card",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError, InvalidValueError, ConflictError),
)
async def create_embed(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[NewEmbed]
) -> CreatedEmbed:
    """Answers the path of its page, once: its key is behind the `#`, which no server is ever told.

    A token makes none: a card that outlives it would undo its end.
    """
    charger = visible_charger(request, charger_id)
    if request.caller.token is not None:
        raise ForbiddenError(said("A token cannot make embedded cards; sign in with a browser"))
    embeds = request.services.people.embeds
    record, key = await embeds.create(charger.id, data.name, data.origins, by=request.caller)
    return CreatedEmbed(**msgspec.structs.asdict(_shown(record)), path=f"/embed#code={key}")


@delete(
    "/api/embeds/{embed_id:str}",
    operation_id="revokeEmbed",
    summary="Revoke an embedded card",
    tags=TAGS,
    opt=access(Role.OWNER, UnknownResourceError),
)
async def revoke_embed(request: ApiRequest, embed_id: FromPath[str]) -> None:
    """Takes effect at once, wherever it is shown."""
    await request.services.people.embeds.revoke(embed_id, by=request.caller)


@get(
    "/api/embed",
    media_type="text/event-stream",
    operation_id="streamEmbed",
    summary="What an embedded card shows",
    tags=TAGS,
    opt=access(EMBED, EmbedGoneError, LockedOutError, TooManyStreamsError, CsrfError),
)
async def stream_embed(request: ApiRequest) -> EventStream:
    """For the page of an embedded card, which sends its key as `Authorization: Bearer cde_…`.

    `event: snapshot` each time that something changes, with `chargers`: the one charger, and of it only
    `name`, `status`, `status_reason`, `power_w`, `current_a`, `session.energy_wh`, `allowed_current_a`,
    `limit` (without its ladder), `errors` (`type` and `severity`) and `seen_at`. A `heartbeat` comes when
    nothing else has for a while. The stream ends when the card is revoked or its charger goes.
    """
    services = request.services
    embeds, board, fleet = services.people.embeds, services.board, services.fleet
    record = await embeds.open(bearer_of(request), request.visit.address)
    if board.stats.readers >= services.settings.most_streams // APP_SHARE:
        raise TooManyStreamsError
    charger = fleet.chargers.get(record.charger_id)
    if charger is None:
        raise EmbedGoneError
    station = charger.station_id

    def look() -> dict[str, Any] | None:
        found = fleet.chargers.get(record.charger_id)
        there = found is not None and found.station_id == station
        return embedded(record.id, board.read(found)) if found is not None and there else None

    async def still_welcome() -> bool:
        return await embeds.known(record.digest) is not None

    scope = Scope(stations=frozenset({station}), charger=charger.id)
    reader = EmbedReader(board.open(scope, owner=owner_of_embed(record)), look)
    return EventStream(reader, still_welcome, recheck_s=services.settings.stream_recheck_s)
