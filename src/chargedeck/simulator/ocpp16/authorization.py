"""Who may charge without asking: the local list and the cache of OCPP 1.6 §3.5; asks nobody itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from chargedeck.simulator.clock import Instant
from chargedeck.simulator.wire import Payload, instant

_CACHE_SIZE = 500


@dataclass(frozen=True, slots=True)
class IdTagInfo:
    """What is known of a card."""

    status: str
    parent_id_tag: str | None = None
    expires_at: Instant | None = None

    def accepts(self, now: Instant) -> bool:
        """Whether it may charge now."""
        return self.status == "Accepted" and (self.expires_at is None or now < self.expires_at)


INVALID = IdTagInfo("Invalid")
ACCEPTED = IdTagInfo("Accepted")


def read_info(raw: Payload) -> IdTagInfo:
    """Understand an `idTagInfo`."""
    return IdTagInfo(raw["status"], raw.get("parentIdTag"), instant(raw.get("expiryDate", "")))


class AuthorizationCache:
    """The latest word of the central system on each card; the oldest is forgotten first."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, IdTagInfo] = {}

    def learn(self, id_tag: str, info: IdTagInfo) -> None:
        """Remember what the central system said."""
        self._known.pop(id_tag.casefold(), None)
        self._known[id_tag.casefold()] = info
        if len(self._known) > _CACHE_SIZE:
            del self._known[next(iter(self._known))]

    def find(self, id_tag: str) -> IdTagInfo | None:
        """What is remembered of a card."""
        return self._known.get(id_tag.casefold())

    def clear(self) -> None:
        """Forget all."""
        self._known.clear()


class LocalList:
    """The cards the central system has stored in the charge point."""

    __slots__ = ("_cards", "version")

    def __init__(self, version: int = 0, cards: Mapping[str, IdTagInfo] | None = None) -> None:
        self.version = version
        self._cards = dict(cards or {})

    @property
    def cards(self) -> Mapping[str, IdTagInfo]:
        """All entries, by id tag in lower case."""
        return self._cards

    def find(self, id_tag: str) -> IdTagInfo | None:
        """What the list says of a card."""
        return self._cards.get(id_tag.casefold())

    def update(self, version: int, entries: list[Payload], *, full: bool, at_most: int) -> str:
        """Answer a SendLocalList: `Accepted`, `VersionMismatch` or `Failed`, and change only if accepted."""
        if not full and version <= self.version:
            return "VersionMismatch"
        cards = {} if full else dict(self._cards)
        for entry in entries:
            tag, info = entry["idTag"].casefold(), entry.get("idTagInfo")
            if info is not None:
                cards[tag] = read_info(info)
            elif full:
                return "Failed"
            else:
                cards.pop(tag, None)
        if len(cards) > at_most or version < 1:
            return "Failed"
        self.version, self._cards = version, cards
        return "Accepted"
