"""A station as something that the screen shows live, with its meters and how it is managed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chargedeck.energy.modes import Mode
from chargedeck.hub.energy_view import energy_view
from chargedeck.hub.management import Management
from chargedeck.hub.station_meters import StationMeters
from chargedeck.hub.views import EnergyView, StationView

if TYPE_CHECKING:
    from chargedeck.domain.units import ChargerId
    from chargedeck.energy.detection import Rotation
    from chargedeck.energy.wiring import Wiring
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.polled_meter import PolledMeter
    from chargedeck.hub.ports import Now
    from chargedeck.hub.records import StationRecord

_SUNNY = frozenset({Mode.HYBRID, Mode.GREEN})


class Station:
    """A place; its record and its management are replaced whole when somebody changes them."""

    __slots__ = (
        "_everybody",
        "_now",
        "known_wiring",
        "management",
        "meters",
        "polled",
        "record",
        "wiring",
    )

    kind = "station"

    def __init__(
        self,
        record: StationRecord,
        chargers: Mapping[str, Charger],
        now: Now,
        management: Management | None = None,
    ) -> None:
        self.record = record
        self._everybody = chargers
        self._now = now
        self.management = management or Management(record.id)
        self.meters = StationMeters()
        self.polled: dict[str, PolledMeter] = {}
        """The meters that we ask, by their id."""
        self.wiring: Wiring | None = None
        """What the control loop learns of the chargers' wiring, while there is one."""
        self.known_wiring: Mapping[ChargerId, Rotation] = {}
        """What was learned of it once."""

    @property
    def id(self) -> str:
        """Its name in the API."""
        return self.record.id

    @property
    def station_id(self) -> str:
        """A station is visible to who sees the station."""
        return self.record.id

    @property
    def whose(self) -> None:
        """Nobody's in particular."""

    @property
    def chargers(self) -> Iterator[Charger]:
        """Those that hang on its grid connection."""
        return (charger for charger in self._everybody.values() if charger.station_id == self.record.id)

    def rotation(self, charger: ChargerId) -> Rotation | None:
        """The grid's phases of a charger's own, as set or as learned."""
        return self.management.placement(charger).rotation or (
            self.known_wiring.get(charger) if self.wiring is None else self.wiring.learned(charger)
        )

    @property
    def follows_sun(self) -> bool:
        """Whether its mode gives the cars what the sun leaves for them."""
        return self.management.mode in _SUNNY

    def energy(self) -> EnergyView:
        """What flows now, and what each charger got and why."""
        return energy_view(self, self._now())

    def view(self) -> StationView:
        """What the screen shows."""
        record, mode = self.record, self.management.mode
        shows = mode is not Mode.OFF or self.meters.has_spoken or bool(self.polled)
        return StationView(
            record.id,
            record.name,
            record.is_default,
            record.time_zone,
            mode,
            self.energy() if shows else None,
        )
