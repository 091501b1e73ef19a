"""The hub's resources as answers, in step with the event stream, and only to those who may see them."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.domain.cards import FREE_FOR_ALL
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.hub.callers import Caller
from chargedeck.hub.charger import Charger
from chargedeck.hub.device import Device
from chargedeck.hub.privacy import veiled
from chargedeck.hub.records import Role
from chargedeck.hub.stations import Station
from chargedeck.hub.views import ChargerView, DeviceView, StationView
from chargedeck.live.ports import LiveBoard, Resource, Scope

V = TypeVar("V")


def _read(board: LiveBoard, resource: Resource, _: type[V]) -> V:
    """The view as the board tells it: its plain form, with `seq`, which is encoded as the view would be."""
    return cast("V", board.read(resource))


def charger_shown(request: ApiRequest, charger: Charger) -> ChargerView:
    """A charger as an answer, without what others do there if that is not the caller's to see."""
    return _seen(request, charger, ChargerView)


def _seen(request: ApiRequest, resource: Resource, kind: type[V]) -> V:
    plain = _read(request.services.board, resource, kind)
    if scope_of(request.caller).sees_through(resource.kind, resource.whose):
        return plain
    return cast("V", veiled(resource.kind, cast("Mapping[str, Any]", plain)))


def scope_of(caller: Caller) -> Scope:
    """All that somebody may see."""
    return Scope(
        caller.stations, devices=caller.may(Role.OPERATOR), person=caller.person, chargers=caller.chargers
    )


def device_shown(request: ApiRequest, device: Device) -> DeviceView:
    """A device as an answer."""
    return _read(request.services.board, device, DeviceView)


def station_shown(request: ApiRequest, station: Station) -> StationView:
    """A station as an answer."""
    return _seen(request, station, StationView)


def visible_charger(request: ApiRequest, charger_id: str) -> Charger:
    """The charger, if it is there and one of the caller's."""
    charger = request.services.fleet.charger(charger_id)
    if not request.caller.sees_charger(charger.station_id, charger_id):
        raise UnknownResourceError("charger", charger_id)
    return charger


def commanded_charger(request: ApiRequest, charger_id: str) -> Charger:
    """The charger, if the caller may command it now: a driver does not meddle with others' charging."""
    charger = visible_charger(request, charger_id)
    if is_anothers(request, charger):
        raise ForbiddenError(said("Somebody else is charging here; ask them, or who runs the station"))
    return charger


def is_anothers(request: ApiRequest, charger: Charger) -> bool:
    """Whether the caller is a driver, and somebody else is charging there."""
    person = request.caller.person
    by = None if charger.session is None else charger.session.record.authorized_by
    is_somebodys = by is not None and (by.user_id is not None or by.kind not in FREE_FOR_ALL)
    return person is not None and is_somebodys and charger.whose != person


def visible_device(request: ApiRequest, device_id: str) -> Device:
    """The device, if it is there and at one of the caller's stations."""
    device = request.services.fleet.device(device_id)
    request.caller.must_see(device.station_id, "device", device_id)
    return device


def visible_station(request: ApiRequest, station_id: str) -> Station:
    """The station, if it is there and one of the caller's."""
    if not request.caller.sees(station_id):
        raise UnknownResourceError("station", station_id)
    return request.services.fleet.station(station_id)
