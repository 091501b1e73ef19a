"""A card is learned by holding it to a charger: the next unknown one within a minute is meant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.cards import folded
from chargedeck.domain.units import DeviceId

WINDOW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Learning:
    """Until when a device's next unknown card is waited for, and the one that came."""

    until: datetime
    id_tag: str | None = None


class CardLearning:
    """Which devices are waited at. A card that is being learned is still refused: it opens nothing yet."""

    def __init__(self) -> None:
        self._waiting: dict[DeviceId, Learning] = {}

    def begin(self, device: DeviceId, now: datetime) -> Learning:
        """Wait for the next unknown card."""
        self._waiting[device] = Learning(now + WINDOW)
        return self._waiting[device]

    def state(self, device: DeviceId) -> Learning | None:
        """What is waited for, or came; None when nobody has asked."""
        return self._waiting.get(device)

    def swiped(self, device: DeviceId, id_tag: str, now: datetime) -> None:
        """An unknown card was held to a device; the first one counts."""
        learning = self._waiting.get(device)
        if learning is not None and learning.id_tag is None and now <= learning.until:
            self._waiting[device] = Learning(learning.until, folded(id_tag))

    def end(self, device: DeviceId) -> None:
        """Wait no more."""
        self._waiting.pop(device, None)
