"""The audit log: who did what, from where, and when."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import get
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.deed_words import deed_words
from chargedeck.api.inputs import Time
from chargedeck.api.paging import Cursor, Limit, Page
from chargedeck.api.request import ApiRequest
from chargedeck.domain.sentences import Language
from chargedeck.hub.people_ports import DeedQuery
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import EventRecord, Role

TAGS = ["Audit log"]


class AuditQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which deeds: of whom, of what kind, and when."""

    actor: Annotated[str, Meta(min_length=1, max_length=254)] | None = None
    kind: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    start: Time | None = None
    end: Time | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class Deed(msgspec.Struct, frozen=True):
    """Something that somebody did; a `request` is a change by the API operation that its detail names.

    `words` say what it is in the language of who asks. `address` is null for what was done at the console.
    """

    id: str
    at: datetime
    kind: str
    words: str
    actor: str
    address: str | None
    device_id: str | None
    charger_id: str | None
    detail: dict[str, Any]


def _shown(number: int, record: EventRecord, language: Language) -> Deed:
    return Deed(
        str(number),
        record.at,
        record.kind,
        deed_words(record).told(language),
        record.actor or "",
        record.address,
        record.device_id,
        record.charger_id,
        record.detail or {},
    )


@get(
    "/api/audit",
    operation_id="listDeeds",
    summary="Who did what",
    tags=TAGS,
    opt=access(Role.OWNER, InvalidValueError, query=AuditQuery),
)
async def list_deeds(request: ApiRequest) -> Page[Deed]:
    """The newest first; what people did is never deleted."""
    asked = request.asked(AuditQuery)
    found = await request.services.archive.deeds(
        DeedQuery(
            actor=asked.actor,
            kinds=None if asked.kind is None else [asked.kind],
            start=asked.start,
            end=asked.end,
            limit=asked.limit,
            cursor=asked.cursor,
        )
    )
    language = request.language
    return Page([_shown(number, record, language) for number, record in found.items], found.next_cursor)
