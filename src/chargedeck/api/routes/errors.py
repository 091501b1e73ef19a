"""The error guide."""

from typing import Annotated

import msgspec
from litestar import get
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.guide.pages import FALLBACK, GuideEntry, entries, spoken
from chargedeck.api.request import ApiRequest
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role


class GuideQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which language; English where there is no other."""

    lang: Annotated[str, Meta(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)] = FALLBACK


class Guide(msgspec.Struct, frozen=True):
    """All errors that a charger can report, and the language that the texts are in."""

    items: list[GuideEntry]
    language: str


@get(
    "/api/errors",
    operation_id="getErrorGuide",
    summary="The error guide",
    tags=["Errors"],
    opt=access(Role.VIEWER, InvalidValueError, query=GuideQuery),
)
async def get_error_guide(request: ApiRequest) -> Guide:
    """What each error means, what ChargeDeck did, what to do now, and when to call somebody."""
    language = spoken(request.asked(GuideQuery).lang)
    return Guide(list(entries(language)), language)
