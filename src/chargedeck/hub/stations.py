"""A station as something that the screen shows live."""

from chargedeck.hub.records import StationRecord
from chargedeck.hub.views import StationView


class Station:
    """A place; its record is replaced whole when somebody changes it."""

    __slots__ = ("record",)

    kind = "station"

    def __init__(self, record: StationRecord) -> None:
        self.record = record

    @property
    def id(self) -> str:
        """Its name in the API."""
        return self.record.id

    @property
    def station_id(self) -> str:
        """A station is visible to who sees the station."""
        return self.record.id

    def view(self) -> StationView:
        """What the screen shows."""
        record = self.record
        return StationView(record.id, record.name, record.is_default, record.time_zone)
