"""Whether a session may begin at a charger, and who it is put down to; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chargedeck.domain.cards import Authorizer, AuthorizerKind, CardAnswer, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.hub.charger import Charger
    from chargedeck.hub.records import SessionRecord

PLUG_AND_CHARGE = Authorizer(AuthorizerKind.PLUG_AND_CHARGE, "Plug and charge")

AT_DEVICE = Authorizer(AuthorizerKind.DEVICE, "At the charger")

_ASKED_ANEW = frozenset({AuthorizerKind.CARD, AuthorizerKind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a session may begin, and who it is put down to."""

    answer: CardAnswer
    authorizer: Authorizer

    @property
    def accepted(self) -> bool:
        """Whether it may."""
        return self.answer.verdict is Verdict.ACCEPTED


def judge_start(charger: Charger, id_tag: str, now: datetime) -> Judged:
    """Whether a session may begin in the name of this tag, and who that is."""
    judged = _judge_tag(charger, id_tag, now)
    answer = _under_lock(charger, judged.answer)
    return judged if answer is judged.answer else replace(judged, answer=answer)


def judge_followed(charger: Charger, id_tag: str) -> Judged:
    """Who a session is put down to that a device began on its own authority; only a lock outweighs that."""
    starter = charger.orders.expected(id_tag) or charger.orders.only_expected()
    by = starter or (PLUG_AND_CHARGE if charger.record.plug_and_charge else AT_DEVICE)
    return Judged(_under_lock(charger, CardAnswer(Verdict.ACCEPTED)), by)


def judge_again(charger: Charger, record: SessionRecord, now: datetime) -> CardAnswer:
    """What a device is told of a session that it reports once more.

    A person's start is remembered by the session alone: the order that led to it is long forgotten.
    """
    by = record.authorized_by
    if by is None or by.kind in _ASKED_ANEW:
        return judge_start(charger, record.id_tag or "", now).answer
    return _under_lock(charger, CardAnswer(Verdict.ACCEPTED))


def _judge_tag(charger: Charger, id_tag: str, now: datetime) -> Judged:
    card = charger.context.cards.by_tag(id_tag)
    if card is not None:
        by = Authorizer(AuthorizerKind.CARD, card.label, card.id, card.user_id)
        record = charger.record
        return Judged(charger.context.cards.answer_at(card, record.station_id, record.id, now), by)
    starter = charger.orders.expected(id_tag)
    if starter is not None:
        return Judged(CardAnswer(Verdict.ACCEPTED), starter)
    if charger.record.plug_and_charge:
        return Judged(CardAnswer(Verdict.ACCEPTED), PLUG_AND_CHARGE)
    return Judged(CardAnswer(Verdict.INVALID), Authorizer(AuthorizerKind.UNKNOWN, id_tag))


def _under_lock(charger: Charger, answer: CardAnswer) -> CardAnswer:
    """A lock, or a relay that nobody has inspected, outweighs whatever would let a session begin."""
    is_locked = charger.record.inspection_required or charger.record.locked
    if is_locked and answer.verdict is Verdict.ACCEPTED:
        return replace(answer, verdict=Verdict.BLOCKED)
    return answer
