"""The cards in use, kept at hand because a charger waits for the answer, with what their holders may use."""

from collections.abc import Callable
from datetime import datetime

from chargedeck.domain import cards
from chargedeck.domain.cards import NO_HOLDER, Card, CardAnswer, Holder, Verdict, folded
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId, IdTag, StationId
from chargedeck.hub.callers import holder_of
from chargedeck.hub.card_learning import CardLearning
from chargedeck.hub.ports import Book
from chargedeck.hub.records import UserRecord

Change = Callable[[], None]


class Cards:
    """All cards by tag and by id; every change is on disk before it counts."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_id: dict[str, Card] = {}
        self._by_tag: dict[IdTag, Card] = {}
        self._holders: dict[str, Holder] = {}
        self.learning = CardLearning()
        self.on_change: list[Change] = []
        """Called when a card, or what its holder may use, has changed."""

    async def load(self) -> None:
        """Read all cards and their holders from the book."""
        for user in await self._book.users():
            self._holders[user.id] = holder_of(user)
        for card in await self._book.cards():
            self._keep(card)

    @property
    def items(self) -> tuple[Card, ...]:
        """All cards, by label."""
        return tuple(sorted(self._by_id.values(), key=lambda card: (card.label.casefold(), card.id)))

    def get(self, card_id: str) -> Card:
        """The card, or UnknownResourceError."""
        card = self._by_id.get(card_id)
        if card is None:
            raise UnknownResourceError("card", card_id)
        return card

    def by_tag(self, id_tag: str) -> Card | None:
        """The card that carries this tag, however the reader spells it."""
        return self._by_tag.get(folded(id_tag))

    def holder(self, card: Card) -> Holder:
        """What the person may use whom it belongs to; one that is nobody's is not held back."""
        return NO_HOLDER if card.user_id is None else self._holders.get(card.user_id, NO_HOLDER)

    def answer(self, card: Card | None, now: datetime) -> CardAnswer:
        """Judge a card, wherever it is shown."""
        return cards.answer(None if card is None else cards.held(card, self.holder(card)), now=now)

    def answer_at(self, card: Card, station: StationId, charger: ChargerId, now: datetime) -> CardAnswer:
        """Judge a card at a charger."""
        answer = self.answer(card, now)
        is_good = cards.is_good_at(card, self.holder(card), station, charger)
        if answer.verdict is not Verdict.ACCEPTED or is_good:
            return answer
        return CardAnswer(Verdict.BLOCKED, answer.expires_at, answer.parent_id_tag)

    async def save(self, card: Card) -> None:
        """Add or change; ConflictError when another card has the tag."""
        await self._book.save_card(card)
        former = self._by_id.get(card.id)
        if former is not None:
            self._by_tag.pop(folded(former.id_tag), None)
        self._keep(card)
        self._changed()

    async def delete(self, card_id: str) -> None:
        """Remove; sessions that it started keep its label."""
        card = self.get(card_id)
        await self._book.delete_card(card_id)
        del self._by_id[card_id]
        self._by_tag.pop(folded(card.id_tag), None)
        self._changed()

    # -- accounts --------------------------------------------------------------------------------

    def account_kept(self, user: UserRecord) -> None:
        """Somebody's account is new or has changed."""
        holder = holder_of(user)
        if self._holders.get(user.id) != holder:
            self._holders[user.id] = holder
            self._changed()

    def account_gone(self, user_id: str) -> None:
        """Somebody's account is gone; what they held is nobody's."""
        self._holders.pop(user_id, None)
        for card in self.items:
            if card.user_id == user_id:
                self._keep(cards.let_go(card))
        self._changed()

    def _keep(self, card: Card) -> None:
        self._by_id[card.id] = card
        self._by_tag[folded(card.id_tag)] = card

    def _changed(self) -> None:
        for told in self.on_change:
            told()
