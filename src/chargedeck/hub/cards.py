"""The cards in use, kept at hand because a charger waits for the answer."""

from chargedeck.domain.cards import Card, folded
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import IdTag
from chargedeck.hub.ports import Book


class Cards:
    """All cards by tag and by id; every change is on disk before it counts."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._by_id: dict[str, Card] = {}
        self._by_tag: dict[IdTag, Card] = {}

    async def load(self) -> None:
        """Read all cards from the book."""
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

    async def save(self, card: Card) -> None:
        """Add or change; ConflictError when another card has the tag."""
        await self._book.save_card(card)
        former = self._by_id.get(card.id)
        if former is not None:
            self._by_tag.pop(folded(former.id_tag), None)
        self._keep(card)

    async def delete(self, card_id: str) -> None:
        """Remove; sessions that it started keep its label."""
        card = self.get(card_id)
        await self._book.delete_card(card_id)
        del self._by_id[card_id]
        self._by_tag.pop(folded(card.id_tag), None)

    def _keep(self, card: Card) -> None:
        self._by_id[card.id] = card
        self._by_tag[folded(card.id_tag)] = card
