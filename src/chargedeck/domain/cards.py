"""Who may charge: an RFID card's answer, and who a session is put down to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chargedeck.domain.units import IdTag


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


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the charger is told about a card."""

    verdict: Verdict
    expires_at: datetime | None = None
    parent_id_tag: IdTag | None = None


def folded(id_tag: str) -> IdTag:
    """The form in which tags are compared: OCPP's idTag is case-insensitive, readers pad with blanks."""
    return IdTag(id_tag.strip().upper())


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
