"""RFID cards: whose they are and whether they open a charger."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import Name, ResourceId, Time, given
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.domain.cards import Card as CardRecord
from chargedeck.domain.problems import ConflictError, UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import IdTag, StationId
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role

TAGS = ["Cards"]

Tag = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=36,
        pattern=r"^[\x21-\x7e]+$",
        description="What the card carries; case and blanks around it do not matter.",
        examples=["04A2B1C3D4E5F6"],
    ),
]


class Card(msgspec.Struct, frozen=True):
    """An RFID card. Cards with the same parent may stop each other's sessions."""

    id: str
    id_tag: str
    label: str
    user_id: str | None
    blocked: bool
    expires_at: datetime | None
    parent_id_tag: str | None


class CardDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new card; without a label it goes by its tag."""

    id_tag: Tag
    label: Name | None = None
    user_id: ResourceId | None = None
    blocked: bool = False
    expires_at: Time | None = None
    parent_id_tag: Tag | None = None


class CardChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed about a card."""

    id_tag: Tag | UnsetType = UNSET
    label: Name | UnsetType = UNSET
    user_id: ResourceId | UnsetType | None = UNSET
    blocked: bool | UnsetType = UNSET
    expires_at: Time | UnsetType | None = UNSET
    parent_id_tag: Tag | UnsetType | None = UNSET


def _shown(record: CardRecord) -> Card:
    return Card(
        record.id,
        record.id_tag,
        record.label,
        record.user_id,
        record.blocked,
        record.expires_at,
        record.parent_id_tag,
    )


def _visible(request: ApiRequest, record: CardRecord) -> bool:
    """A card opens chargers, so only who manages cards, and its owner, may read it.

    Who runs some stations manages the cards that are good at no other.
    """
    caller = request.caller
    if not caller.may(Role.OPERATOR):
        return caller.user is not None and record.user_id == caller.user.id
    if caller.stations is None:
        return True
    places = (record.station_ids, request.services.cards.holder(record).stations)
    return any(good is not None and caller.stations.issuperset(good) for good in places)


def _managed(request: ApiRequest, card_id: str) -> CardRecord:
    """The card, if the caller may change it."""
    record = request.services.cards.get(card_id)
    if not _visible(request, record):
        raise UnknownResourceError("card", card_id)
    return record


def _good_at(request: ApiRequest) -> tuple[StationId, ...] | None:
    """Where a new card is good: where its maker has something to say."""
    stations = request.caller.stations
    return None if stations is None else tuple(sorted(stations))


async def _checked_user(request: ApiRequest, user_id: str | None) -> None:
    if user_id is not None and await request.services.people.users.find(user_id) is None:
        raise InvalidValueError("user_id", said("names no user: {user_id}", user_id=user_id))


@get(
    "/api/cards",
    operation_id="listCards",
    summary="Cards",
    tags=TAGS,
    opt=access(Role.DRIVER, InvalidValueError, query=PageQuery),
)
async def list_cards(request: ApiRequest) -> Page[Card]:
    """All of them for operators and owners, one's own for drivers."""
    records = [record for record in request.services.cards.items if _visible(request, record)]
    shown, cursor = page(map(_shown, records), lambda card: card.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/cards",
    operation_id="addCard",
    summary="Add a card",
    tags=TAGS,
    opt=access(Role.OPERATOR, ConflictError, InvalidValueError),
)
async def add_card(request: ApiRequest, data: JSONBody[CardDraft]) -> Card:
    """Chargers accept it from now on."""
    await _checked_user(request, data.user_id)
    record = CardRecord(
        id=secrets.token_hex(8),
        id_tag=IdTag(data.id_tag),
        label=data.label or data.id_tag,
        user_id=data.user_id,
        blocked=data.blocked,
        expires_at=data.expires_at,
        parent_id_tag=None if data.parent_id_tag is None else IdTag(data.parent_id_tag),
        station_ids=_good_at(request),
    )
    await request.services.cards.save(record)
    return _shown(record)


@get(
    "/api/cards/{card_id:str}",
    operation_id="getCard",
    summary="One card",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def get_card(request: ApiRequest, card_id: FromPath[str]) -> Card:
    """By id."""
    return _shown(_managed(request, card_id))


@patch(
    "/api/cards/{card_id:str}",
    operation_id="updateCard",
    summary="Change a card",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError, InvalidValueError),
)
async def update_card(request: ApiRequest, card_id: FromPath[str], data: JSONBody[CardChanges]) -> Card:
    """Blocking a card does not end a session that it has started."""
    record = _managed(request, card_id)
    changes: dict[str, Any] = given(data)
    await _checked_user(request, changes.get("user_id"))
    changed = replace(record, **changes)
    if not _visible(request, changed):
        raise InvalidValueError("user_id", said("names somebody who charges elsewhere too; ask an owner"))
    await request.services.cards.save(changed)
    return _shown(changed)


@delete(
    "/api/cards/{card_id:str}",
    operation_id="removeCard",
    summary="Remove a card",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def remove_card(request: ApiRequest, card_id: FromPath[str]) -> None:
    """The history keeps its label."""
    await request.services.cards.delete(_managed(request, card_id).id)
