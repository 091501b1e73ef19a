"""The hub's resources as answers, in step with the event stream, and only to those who may see them."""

from typing import TypeVar, cast

from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.charger import Charger
from chargedeck.hub.device import Device
from chargedeck.hub.stations import Station
from chargedeck.hub.views import ChargerView, DeviceView, StationView
from chargedeck.live.ports import LiveBoard, Resource

V = TypeVar("V")


def _read(board: LiveBoard, resource: Resource, _: type[V]) -> V:
    """The view as the board tells it: its plain form, with `seq`, which is encoded as the view would be."""
    return cast("V", board.read(resource))


def charger_shown(request: ApiRequest, charger: Charger) -> ChargerView:
    """A charger as an answer."""
    return _read(request.services.board, charger, ChargerView)


def device_shown(request: ApiRequest, device: Device) -> DeviceView:
    """A device as an answer."""
    return _read(request.services.board, device, DeviceView)


def station_shown(request: ApiRequest, station: Station) -> StationView:
    """A station as an answer."""
    return _read(request.services.board, station, StationView)


def visible_charger(request: ApiRequest, charger_id: str) -> Charger:
    """The charger, if it is there and at one of the caller's stations."""
    charger = request.services.fleet.charger(charger_id)
    request.caller.must_see(charger.station_id, "charger", charger_id)
    return charger


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
