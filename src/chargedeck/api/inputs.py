"""Words that requests are made of, with their bounds, and the checks that need more than a bound."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import UNSET, Meta

from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import Caller
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.people_problems import InvalidValueError

ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_ONE_LINE_AND_NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"

Name = Annotated[
    str,
    Meta(min_length=1, max_length=80, pattern=_ONE_LINE_AND_NOT_BLANK, description="What people call it."),
]
PersonName = Annotated[str, Meta(max_length=80, pattern=ONE_LINE)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=ONE_LINE, examples=["ana@example.com"])]
Password = Annotated[
    str, Meta(min_length=8, max_length=256, description="Length is what counts: use a few random words.")
]
GivenPassword = Annotated[str, Meta(max_length=256)]
Note = Annotated[str, Meta(max_length=2_000, pattern=_LINES)]
Time = Annotated[datetime, Meta(tz=True, description="A time with its offset (RFC 3339).")]
ResourceId = Annotated[str, Meta(min_length=1, max_length=64, pattern=ONE_LINE)]
InstallationCurrent = Annotated[
    int, Meta(ge=6, le=80, description="What the wires and their breaker allow, in amperes.")
]
Language = Annotated[str, Meta(pattern="^[a-z]{2}(-[A-Z]{2})?$", examples=["en"])]
TimeZone = Annotated[str, Meta(min_length=1, max_length=64, examples=["Europe/Bucharest"])]


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No fields: `{}`, or no body at all."""


def given(changes: msgspec.Struct) -> dict[str, object]:
    """The fields that a PATCH names."""
    fields = {name: getattr(changes, name) for name in changes.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not UNSET}


def checked_time_zone(name: str) -> str:
    """A time zone of the IANA database."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValueError("time_zone", said("must be a time zone such as Europe/Bucharest")) from error


def checked_station(fleet: Fleet, caller: Caller, station_id: str, field: str = "station_id") -> StationId:
    """A station that exists and that the caller may see."""
    if station_id not in fleet.stations or not caller.sees(station_id):
        raise InvalidValueError(field, said("names no station: {station_id}", station_id=station_id))
    return StationId(station_id)


def checked_chargers(
    fleet: Fleet, caller: Caller, charger_ids: Iterable[str] | None
) -> tuple[ChargerId, ...] | None:
    """Chargers that exist; None means all of them."""
    if charger_ids is None:
        return None
    asked = tuple(map(ChargerId, charger_ids))
    for one in asked:
        charger = fleet.chargers.get(one)
        if charger is None or not caller.sees(charger.station_id):
            raise InvalidValueError("charger_ids", said("names no charger: {one}", one=one))
    return asked


def checked_stations(
    fleet: Fleet, caller: Caller, station_ids: Iterable[str] | None
) -> tuple[StationId, ...] | None:
    """Stations that exist; None means all of them."""
    if station_ids is None:
        return None
    return tuple(checked_station(fleet, caller, one, "station_ids") for one in station_ids)
