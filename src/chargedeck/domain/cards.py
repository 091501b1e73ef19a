"""Who may charge: an RFID card's answer, and who a session is put down to."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chargedeck.domain.units import ChargerId, IdTag, StationId


class Verdict(StrEnum):
    """OCPP's AuthorizationStatus."""

    ACCEPTED = "Accepted"
    BLOCKED = "Blocked"
    EXPIRED = "Expired"
    INVALID = "Invalid"


class AuthorizerKind(StrEnum):
    """How somebody got the energy to flow."""

    CARD = "card"
    USER = "user"
    PLUG_AND_CHARGE = "plug_and_charge"
    REMOTE = "remote"
    DEVICE = "device"
    """By somebody at the charger, or by another app: the device does not say who."""
    UNKNOWN = "unknown"


FREE_FOR_ALL = frozenset({AuthorizerKind.PLUG_AND_CHARGE, AuthorizerKind.DEVICE})
"""Who charges so has told nobody who they are: any driver who may use the charger may stop it."""


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who a session is put down to; `key` is the card's, the token's or the user's id, if there is one.

    `user_id` is the person whose session it is: the card's owner when it was held to the charger.
    """

    kind: AuthorizerKind
    label: str
    key: str | None = None
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """An RFID card. Chargers let cards with one parent stop each other's sessions."""

    id: str
    id_tag: IdTag
    label: str
    user_id: str | None = None
    blocked: bool = False
    expires_at: datetime | None = None
    parent_id_tag: IdTag | None = None
    station_ids: tuple[StationId, ...] | None = None
    """Where it is good; None: everywhere."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What the person may use whom a card belongs to, and until when; None: all of it, for ever."""

    stations: frozenset[StationId] | None = None
    chargers: frozenset[ChargerId] | None = None
    ends_at: datetime | None = None


NO_HOLDER = Holder()


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the charger is told about a card."""

    verdict: Verdict
    expires_at: datetime | None = None
    parent_id_tag: IdTag | None = None


def folded(id_tag: str) -> IdTag:
    """The form in which tags are compared: OCPP's idTag is case-insensitive, readers pad with blanks."""
    return IdTag(id_tag.strip().upper())


def held(card: Card, holder: Holder) -> Card:
    """The card as its holder may use it: it ends with their account."""
    ends = [at for at in (card.expires_at, holder.ends_at) if at is not None]
    return replace(card, expires_at=min(ends, default=None))


def let_go(card: Card) -> Card:
    """The card once its holder is gone: blocked, since nobody answers for it any more."""
    return replace(card, user_id=None, blocked=True)


def is_good_at(card: Card, holder: Holder, station: StationId, charger: ChargerId) -> bool:
    """Whether a card opens a charger, as far as places go."""
    places = (card.station_ids, holder.stations)
    here = all(allowed is None or station in allowed for allowed in places)
    return here and (holder.chargers is None or charger in holder.chargers)


def answer(card: Card | None, *, now: datetime) -> CardAnswer:
    """Judge a card at `now`."""
    if card is None:
        return CardAnswer(Verdict.INVALID)
    if card.blocked:
        verdict = Verdict.BLOCKED
    elif card.expires_at is not None and card.expires_at <= now:
        verdict = Verdict.EXPIRED
    else:
        verdict = Verdict.ACCEPTED
    return CardAnswer(verdict, card.expires_at, card.parent_id_tag)
