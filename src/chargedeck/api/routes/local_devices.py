"""Devices that are asked over their local API: found, replaced, set up, restarted and diagnosed."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import Nothing, given
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import device_shown, visible_device
from chargedeck.domain.problems import (
    ChargerOfflineError,
    ConflictError,
    DeviceRefusedError,
    DeviceTimeoutError,
    OutOfRangeError,
    StorageUnavailableError,
    UnknownResourceError,
)
from chargedeck.domain.units import Amps
from chargedeck.hub.local_devices import Found, Place
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import DeviceRecord, Role
from chargedeck.hub.unit_settings import (
    BRIGHTNESS_STEP,
    LONGEST_DIMMING_S,
    BalancingMode,
    DeviceKind,
    DeviceSettings,
    DeviceTrouble,
    LoadBalancing,
)
from chargedeck.hub.views import DeviceView

TAGS = ["Devices"]

REFUSALS = (UnknownResourceError, ChargerOfflineError, DeviceRefusedError, DeviceTimeoutError)
MOST_MESSAGES = 200

DeviceAddress = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        description="Where the device is asked: a host or an address, with a port unless it is 80.",
        examples=["192.168.1.40"],
    ),
]
DeviceUser = Annotated[
    str, Meta(min_length=1, max_length=64, description="For HTTP Basic, if it wants that.")
]
DevicePassword = Annotated[str, Meta(max_length=128)]


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where somebody thinks a device is."""

    address: DeviceAddress
    username: DeviceUser | None = None
    password: DevicePassword = ""

    @property
    def place(self) -> Place:
        """The same for the hub."""
        return Place(self.address, self.username, self.password if self.username is not None else None)


class Replacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the new unit is; what is left out is as with the former one."""

    address: DeviceAddress | None = None
    username: DeviceUser | UnsetType | None = UNSET
    password: DevicePassword | None = None


class FoundProblem(msgspec.Struct, frozen=True):
    """Why a device that was found cannot be used; the detail says what to do."""

    code: DeviceTrouble
    detail: str


class FoundDevice(msgspec.Struct, frozen=True):
    """A device on the network, as it has answered; nothing but its address until it has."""

    address: str
    kind: DeviceKind | None
    hardware_id: str | None
    model: str | None
    serial: str | None
    firmware: str | None
    is_known: bool
    known_device_id: str | None
    problem: FoundProblem | None


class Discovered(msgspec.Struct, frozen=True):
    """What has been found so far; ask again every few seconds while somebody looks at it."""

    searching: bool
    items: list[FoundDevice]


class SettingsChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings that a charger keeps itself; those of its outlet are changed at the charger."""

    single_phase: bool | UnsetType = UNSET
    led_brightness_percent: Annotated[int, Meta(ge=0, le=100, multiple_of=BRIGHTNESS_STEP)] | UnsetType = (
        UNSET
    )
    led_dimming_delay_s: Annotated[int, Meta(ge=0, le=LONGEST_DIMMING_S)] | UnsetType = UNSET
    auto_update: bool | UnsetType = UNSET


class BalancingChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Settings by which an energy module balances the chargers behind it."""

    mode: Literal["off", "power", "hybrid", "green"] | UnsetType = UNSET
    breaker_rating_a: Annotated[int, Meta(ge=10, le=1000)] | UnsetType = UNSET
    meter_type: (
        Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[\x20-\x7e]+$", examples=["Onboard"])]
        | UnsetType
    ) = UNSET
    pv_minimum_current_a: Annotated[int, Meta(ge=1, le=6)] | UnsetType = UNSET
    hybrid_current_a: Annotated[int, Meta(ge=6, le=32)] | UnsetType = UNSET
    meter_lost_current_a: Annotated[int, Meta(ge=6, le=32)] | UnsetType = UNSET
    car_minimum_current_a: Annotated[int, Meta(ge=6, le=10)] | UnsetType = UNSET
    reverse_current: bool | UnsetType = UNSET
    green_single_phase: bool | UnsetType = UNSET
    hybrid_single_phase: bool | UnsetType = UNSET


class Diagnostics(msgspec.Struct, frozen=True):
    """Everything that helps somebody to help, without passwords and without what tells of persons."""

    version: str
    at: str
    device: dict[str, Any]
    answers: dict[str, Any]
    messages: list[dict[str, Any]]


def found_device(request: ApiRequest, found: Found) -> FoundDevice:
    """A device that was found, and whether it is one of ours."""
    known = request.services.local.by_hardware(found.hardware_id)
    identity = found.identity
    return FoundDevice(
        address=found.address,
        kind=found.kind,
        hardware_id=found.hardware_id,
        model=None if identity is None else identity.model,
        serial=None if identity is None else identity.serial,
        firmware=None if identity is None else identity.firmware,
        is_known=known is not None,
        known_device_id=known.id if known is not None and request.caller.sees(known.station_id) else None,
        problem=None if found.trouble is None else FoundProblem(found.trouble, found.detail),
    )


def moved_place(
    record: DeviceRecord,
    address: str | UnsetType | None,
    username: str | UnsetType | None,
    password: str | UnsetType | None,
) -> Place:
    """Where and how a device is asked from now on; a new user name without a password has none."""
    user = record.username if username is UNSET else username
    secret = record.secret if username is UNSET else None
    if isinstance(password, str):
        secret = password
    where = address if isinstance(address, str) else record.address
    return Place(where or "", user, None if user is None else secret or "")


@get(
    "/api/devices/discovered",
    operation_id="discoverDevices",
    summary="Devices on the network",
    tags=TAGS,
    opt=access(Role.OPERATOR),
)
async def discover_devices(request: ApiRequest) -> Discovered:
    """Searches for some seconds longer each time it is asked, and answers what there is so far."""
    is_searching, found = request.services.local.search()
    return Discovered(is_searching, [found_device(request, one) for one in found])


@post(
    "/api/devices/probe",
    status_code=200,
    operation_id="probeDevice",
    summary="Ask what is at an address",
    tags=TAGS,
    opt=access(Role.OPERATOR, InvalidValueError, ChargerOfflineError, DeviceRefusedError, DeviceTimeoutError),
)
async def probe_device(request: ApiRequest, data: JSONBody[Probe]) -> FoundDevice:
    """Adds nothing; only addresses in the allowed networks are asked."""
    return found_device(request, await request.services.local.probe(data.place))


@post(
    "/api/devices/{device_id:str}/replace",
    status_code=200,
    operation_id="replaceDevice",
    summary="Replace a broken unit",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, ConflictError, InvalidValueError, StorageUnavailableError),
)
async def replace_device(
    request: ApiRequest, device_id: FromPath[str], data: JSONBody[Replacement | None] = None
) -> DeviceView:
    """The chargers keep their names, settings and history; a session that was open is closed."""
    device, wish = visible_device(request, device_id), data or Replacement()
    place = moved_place(device.record, wish.address, wish.username, wish.password)
    await request.services.local.replace(device, place, request.caller.authorizer)
    return device_shown(request, device)


@patch(
    "/api/devices/{device_id:str}/settings",
    operation_id="updateDeviceSettings",
    summary="Change a device's own settings",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, OutOfRangeError, StorageUnavailableError),
)
async def update_device_settings(
    request: ApiRequest, device_id: FromPath[str], data: JSONBody[SettingsChanges]
) -> DeviceView:
    """Answers once the device has confirmed; the first that it refuses ends it, and is told."""
    device = visible_device(request, device_id)
    wanted: dict[str, Any] = given(data)
    await request.services.local.configure(device, DeviceSettings(**wanted), request.caller.authorizer)
    return device_shown(request, device)


@patch(
    "/api/devices/{device_id:str}/load-balancing",
    operation_id="updateLoadBalancing",
    summary="Change how an energy module balances",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, OutOfRangeError, StorageUnavailableError),
)
async def update_load_balancing(
    request: ApiRequest, device_id: FromPath[str], data: JSONBody[BalancingChanges]
) -> DeviceView:
    """Answers once the device has confirmed; the first that it refuses ends it, and is told."""
    device = visible_device(request, device_id)
    wanted: dict[str, Any] = given(data)
    for name, value in wanted.items():
        if name == "mode":
            wanted[name] = BalancingMode(value)
        elif name.endswith("_a"):
            wanted[name] = Amps(value)
    await request.services.local.configure(device, LoadBalancing(**wanted), request.caller.authorizer)
    return device_shown(request, device)


@post(
    "/api/devices/{device_id:str}/reset",
    status_code=200,
    operation_id="resetDevice",
    summary="Restart a device",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS, StorageUnavailableError),
)
async def reset_device(
    request: ApiRequest,
    device_id: FromPath[str],
    data: JSONBody[Nothing | None] = None,  # noqa: ARG001  (read so that it is checked)
) -> DeviceView:
    """One that charges waits for the end of its session; `restart_pending` says so."""
    device = visible_device(request, device_id)
    await request.services.local.reset(device, request.caller.authorizer)
    return device_shown(request, device)


@get(
    "/api/devices/{device_id:str}/diagnostics",
    operation_id="getDeviceDiagnostics",
    summary="A device's diagnostics",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def get_device_diagnostics(request: ApiRequest, device_id: FromPath[str]) -> Response[Diagnostics]:
    """A file to send to who is to help; passwords and owners are hidden in it."""
    device, services = visible_device(request, device_id), request.services
    shown: dict[str, Any] = msgspec.to_builtins(device.view())
    messages = services.fleet.messages(device.id, start=None, end=None, action=None, limit=MOST_MESSAGES)
    found = Diagnostics(
        version=services.settings.version,
        at=services.now().isoformat(),
        device=shown,
        answers=dict(services.local.last_answers(device)),
        messages=[
            {"at": one.at.isoformat(), "in": one.incoming, "action": one.action, "payload": one.payload}
            for one in messages
        ],
    )
    name = "".join(c if c.isalnum() else "-" for c in device.id)
    disposition = f'attachment; filename="chargedeck-{name}.json"'
    return Response(found, headers={"Content-Disposition": disposition})
