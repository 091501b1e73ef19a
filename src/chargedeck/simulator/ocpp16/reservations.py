"""Reservations, OCPP 1.6 §5.13: who may use which connector until when; knows nothing of messages."""

from dataclasses import dataclass

from chargedeck.simulator.clock import Instant


@dataclass(frozen=True, slots=True)
class Reservation:
    """A connector, or with 0 any one connector, kept for a card."""

    reservation_id: int
    connector: int
    id_tag: str
    parent_id_tag: str | None
    expires_at: Instant

    def admits(self, id_tag: str, parent_id_tag: str | None) -> bool:
        """Whether the card may use it."""
        return self.id_tag.casefold() == id_tag.casefold() or (
            self.parent_id_tag is not None
            and parent_id_tag is not None
            and self.parent_id_tag.casefold() == parent_id_tag.casefold()
        )


class Reservations:
    """All that are in force, by id."""

    __slots__ = ("_all",)

    def __init__(self) -> None:
        self._all: dict[int, Reservation] = {}

    def add(self, reservation: Reservation) -> None:
        """Reserve; the same id again replaces the old one."""
        self._all[reservation.reservation_id] = reservation

    def remove(self, reservation_id: int) -> bool:
        """Give up a reservation; False when there is none with this id."""
        return self._all.pop(reservation_id, None) is not None

    def of(self, connector: int) -> Reservation | None:
        """The one for just this connector."""
        return next((one for one in self._all.values() if one.connector == connector), None)

    def usable(self, connector: int, id_tag: str, parent_id_tag: str | None) -> Reservation | None:
        """The one that a card would use up by starting here."""
        return next(
            (
                one
                for one in self._all.values()
                if one.connector in (0, connector) and one.admits(id_tag, parent_id_tag)
            ),
            None,
        )

    def of_any(self) -> int:
        """How many connectors must stay free for reservations of any connector."""
        return sum(1 for one in self._all.values() if one.connector == 0)

    def expire(self, now: Instant) -> None:
        """Drop what is over."""
        self._all = {key: one for key, one in self._all.items() if one.expires_at > now}
