"""Devices: expected, approved, named and removed."""

from typing import Annotated, Literal

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.addresses import ocpp_url
from chargedeck.api.inputs import InstallationCurrent, Name, Nothing, ResourceId, checked_station
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.local_devices import DeviceAddress, DevicePassword, DeviceUser, moved_place
from chargedeck.api.views import device_shown, visible_device
from chargedeck.domain.problems import (
    ChargerOfflineError,
    ConflictError,
    DeviceRefusedError,
    DeviceTimeoutError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.sentences import said
from chargedeck.domain.units import Amps, DeviceId, StationId
from chargedeck.hub.device import Device
from chargedeck.hub.fleet import Approval
from chargedeck.hub.local_devices import NewDevice, Place
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.views import DeviceView

TAGS = ["Devices"]

RESERVED_IDS = frozenset({"discovered", "probe"})

NewDeviceId = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9*_=:+|@.-]*[A-Za-z0-9][A-Za-z0-9*_=:+|@.-]*$",
        max_length=48,
        description="What the device puts behind the OCPP address.",
        examples=["garage"],
    ),
]


class DevicesQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """Which devices."""

    station: ResourceId | None = None
    state: Literal["pending", "approved"] | None = None


class DeviceDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device that has yet to call us (OCPP: it needs an `id`), or one that we ask (it needs an `address`).

    What is left out for one that we ask is as the device has it.
    """

    id: NewDeviceId | None = None
    name: Name | None = None
    station_id: ResourceId | None = None
    driver: Literal["ocpp16", "lektrico"] = "ocpp16"
    installation_current_a: InstallationCurrent | None = None
    plug_and_charge: bool | None = None
    address: DeviceAddress | None = None
    username: DeviceUser | None = None
    password: DevicePassword = ""


class DeviceApproval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a device that has called is let in.

    Without an installation current it begins with the one that it had before it was removed, or with 16 A.
    """

    name: Name | None = None
    station_id: ResourceId | None = None
    installation_current_a: InstallationCurrent | None = None
    plug_and_charge: bool = False


class DeviceChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed about a device; where it is and what it is shown only for one that we ask."""

    name: Name | UnsetType = UNSET
    station_id: ResourceId | UnsetType = UNSET
    address: DeviceAddress | UnsetType = UNSET
    username: DeviceUser | UnsetType | None = UNSET
    password: DevicePassword | UnsetType = UNSET


class OcppAccess(msgspec.Struct, frozen=True):
    """What to enter at the device; the password is shown now and never again."""

    url: str
    id: str
    password: str


class AddedDevice(msgspec.Struct, frozen=True):
    """A new device, and how it connects if it is one that calls us."""

    device: DeviceView
    ocpp: OcppAccess | None


def _ocpp(request: ApiRequest, device_id: str, password: str) -> OcppAccess:
    url = ocpp_url(request.services.settings, request.headers.get("host", ""))
    return OcppAccess(url, device_id, password)


def _amps(told: int | None) -> Amps | None:
    return None if told is None else Amps(told)


def _station(request: ApiRequest, station_id: str | None) -> StationId:
    """The station that was named, or the default one if that is the caller's."""
    fleet = request.services.fleet
    return checked_station(fleet, request.caller, station_id or fleet.default_station.id)


@get(
    "/api/devices",
    operation_id="listDevices",
    summary="All devices",
    tags=TAGS,
    opt=access(Role.OPERATOR, InvalidValueError, query=DevicesQuery),
)
async def list_devices(request: ApiRequest) -> Page[DeviceView]:
    """Also those that wait to be approved."""
    query, caller = request.asked(DevicesQuery), request.caller
    devices = [
        device
        for device in request.services.fleet.devices.values()
        if caller.sees(device.station_id)
        and query.station in (None, device.station_id)
        and query.state in (None, "approved" if device.approved else "pending")
    ]
    shown, cursor = page(devices, lambda device: device.id, query)
    return Page([device_shown(request, device) for device in shown], cursor)


@post(
    "/api/devices",
    operation_id="addDevice",
    summary="Add a device",
    tags=TAGS,
    opt=access(
        Role.OPERATOR,
        ConflictError,
        InvalidValueError,
        StorageUnavailableError,
        ChargerOfflineError,
        DeviceRefusedError,
        DeviceTimeoutError,
    ),
)
async def add_device(request: ApiRequest, data: JSONBody[DeviceDraft]) -> AddedDevice:
    """One that calls us is answered where and with which password; one that we ask is asked at once."""
    if data.id in RESERVED_IDS:
        raise InvalidValueError("id", said("must not be {id}", id=data.id))
    if data.driver == "lektrico":
        device = await _add_polled(request, data)
        return AddedDevice(device_shown(request, device), None)
    if data.id is None:
        raise InvalidValueError(
            "id", said("is missing: the name that the device puts behind the OCPP address")
        )
    if data.address is not None or data.username is not None:
        raise InvalidValueError(
            "address", said("is only for devices that are asked; this one calls by itself")
        )
    approval = Approval(
        data.name,
        _station(request, data.station_id),
        _amps(data.installation_current_a),
        data.plug_and_charge or False,
    )
    fleet = request.services.fleet
    device, password = await fleet.register_device(DeviceId(data.id), data.driver, approval)
    return AddedDevice(device_shown(request, device), _ocpp(request, device.id, password))


async def _add_polled(request: ApiRequest, data: DeviceDraft) -> Device:
    if data.address is None:
        raise InvalidValueError("address", said("is missing: where the device is, such as 192.168.1.40"))
    new = NewDevice(
        Place(data.address, data.username, data.password if data.username is not None else None),
        data.id,
        data.name,
        _station(request, data.station_id),
        _amps(data.installation_current_a),
        data.plug_and_charge,
    )
    return await request.services.local.add(new, request.caller.authorizer)


@get(
    "/api/devices/{device_id:str}",
    operation_id="getDevice",
    summary="One device",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def get_device(request: ApiRequest, device_id: FromPath[str]) -> DeviceView:
    """By id."""
    return device_shown(request, visible_device(request, device_id))


@patch(
    "/api/devices/{device_id:str}",
    operation_id="updateDevice",
    summary="Change a device",
    tags=TAGS,
    opt=access(
        Role.OPERATOR,
        UnknownResourceError,
        ConflictError,
        InvalidValueError,
        StorageUnavailableError,
        ChargerOfflineError,
        DeviceRefusedError,
        DeviceTimeoutError,
    ),
)
async def update_device(
    request: ApiRequest, device_id: FromPath[str], data: JSONBody[DeviceChanges]
) -> DeviceView:
    """Renames or moves the device; its chargers have names and stations of their own.

    A new address is asked first, and must be that of the same unit.
    """
    device = visible_device(request, device_id)
    fleet, station_id = request.services.fleet, data.station_id
    moved = None if station_id is UNSET else checked_station(fleet, request.caller, station_id)
    name = None if data.name is UNSET else data.name.strip()
    if any(given is not UNSET for given in (data.address, data.username, data.password)):
        if not device.is_polled:
            raise InvalidValueError(
                "address", said("is only for devices that are asked; this one calls by itself")
            )
        place = moved_place(device.record, data.address, data.username, data.password)
        await request.services.local.update(device, place)
    return device_shown(request, await fleet.update_device(device_id, name=name, station_id=moved))


@delete(
    "/api/devices/{device_id:str}",
    operation_id="removeDevice",
    summary="Remove a device",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError, StorageUnavailableError),
)
async def remove_device(request: ApiRequest, device_id: FromPath[str]) -> None:
    """Hangs up on it and removes its chargers; the history keeps their sessions."""
    await request.services.fleet.remove_device(visible_device(request, device_id).id)


@post(
    "/api/devices/{device_id:str}/approve",
    status_code=200,
    operation_id="approveDevice",
    summary="Approve a device",
    tags=TAGS,
    opt=access(
        Role.OPERATOR, UnknownResourceError, ConflictError, InvalidValueError, StorageUnavailableError
    ),
)
async def approve_device(
    request: ApiRequest, device_id: FromPath[str], data: JSONBody[DeviceApproval | None] = None
) -> DeviceView:
    """Until then it can do nothing."""
    device, wish = visible_device(request, device_id), data or DeviceApproval()
    approval = Approval(
        wish.name,
        _station(request, wish.station_id or device.station_id),
        _amps(wish.installation_current_a),
        wish.plug_and_charge,
    )
    approved = await request.services.fleet.approve(device.id, approval, request.caller.authorizer)
    return device_shown(request, approved)


@post(
    "/api/devices/{device_id:str}/password",
    status_code=200,
    operation_id="renewDevicePassword",
    summary="Give a device a new password",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, StorageUnavailableError),
)
async def renew_device_password(
    request: ApiRequest,
    device_id: FromPath[str],
    data: JSONBody[Nothing | None] = None,  # noqa: ARG001
) -> OcppAccess:
    """The next connection must bring it; the present one stays."""
    device = visible_device(request, device_id)
    password = await request.services.fleet.new_password(device.id)
    return _ocpp(request, device.id, password)
