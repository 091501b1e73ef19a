"""The cars that sessions are put down to."""

import secrets
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import ONE_LINE, Name, ResourceId, given
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import WattHours
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import CarRecord, Role

TAGS = ["History"]

Plate = Annotated[str, Meta(max_length=20, pattern=ONE_LINE, examples=["B 42 ANA"])]
Battery = Annotated[float, Meta(gt=0, le=1_000_000, description="What the battery holds, in watt-hours.")]


class Car(msgspec.Struct, frozen=True):
    """A car; `user_id` is its owner."""

    id: str
    name: str
    plate: str
    battery_wh: float | None
    user_id: str | None


class CarDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new car; a driver's is their own."""

    name: Name
    plate: Plate = ""
    battery_wh: Battery | None = None
    user_id: ResourceId | None = None


class CarChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed about a car."""

    name: Name | UnsetType = UNSET
    plate: Plate | UnsetType = UNSET
    battery_wh: Battery | UnsetType | None = UNSET
    user_id: ResourceId | UnsetType | None = UNSET


def _shown(record: CarRecord) -> Car:
    return Car(record.id, record.name, record.plate, record.battery_wh, record.user_id)


def _is_visible(request: ApiRequest, record: CarRecord) -> bool:
    """Operators see all cars, and everybody their own and those that are nobody's."""
    caller = request.caller
    own = caller.user is not None and record.user_id == caller.user.id
    return own or record.user_id is None or caller.may(Role.OPERATOR)


async def visible_car(request: ApiRequest, car_id: str) -> CarRecord:
    """The car, if the caller may see it."""
    record = await request.services.cars.get(car_id)
    if not _is_visible(request, record):
        raise UnknownResourceError("car", car_id)
    return record


async def _checked_owner(request: ApiRequest, user_id: str | None) -> None:
    """Only operators give cars to others."""
    caller = request.caller
    own = None if caller.user is None else caller.user.id
    if user_id == own and own is not None:
        return
    if not caller.may(Role.OPERATOR):
        raise InvalidValueError(
            "user_id", said("must be your own; ask an operator to add the cars of others")
        )
    if user_id is not None and await request.services.people.users.find(user_id) is None:
        raise InvalidValueError("user_id", said("names no user: {user_id}", user_id=user_id))


@get(
    "/api/cars",
    operation_id="listCars",
    summary="Cars",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=PageQuery),
)
async def list_cars(request: ApiRequest) -> Page[Car]:
    """All of them for operators and owners, one's own and nobody's for everybody else."""
    records = [car for car in await request.services.cars.all() if _is_visible(request, car)]
    shown, cursor = page(map(_shown, records), lambda car: car.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/cars",
    operation_id="addCar",
    summary="Add a car",
    tags=TAGS,
    opt=access(Role.DRIVER, InvalidValueError),
)
async def add_car(request: ApiRequest, data: JSONBody[CarDraft]) -> Car:
    """Sessions can be put down to it from now on."""
    own = request.caller.user
    user_id = data.user_id
    if user_id is None and own is not None and not request.caller.may(Role.OPERATOR):
        user_id = own.id
    await _checked_owner(request, user_id)
    battery = None if data.battery_wh is None else WattHours(data.battery_wh)
    record = CarRecord(secrets.token_hex(8), data.name, data.plate, battery, user_id)
    await request.services.cars.save(record)
    return _shown(record)


@get(
    "/api/cars/{car_id:str}",
    operation_id="getCar",
    summary="One car",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_car(request: ApiRequest, car_id: FromPath[str]) -> Car:
    """By id."""
    return _shown(await visible_car(request, car_id))


@patch(
    "/api/cars/{car_id:str}",
    operation_id="updateCar",
    summary="Change a car",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, InvalidValueError),
)
async def update_car(request: ApiRequest, car_id: FromPath[str], data: JSONBody[CarChanges]) -> Car:
    """Its sessions stay its own."""
    record = await visible_car(request, car_id)
    changes: dict[str, Any] = given(data)
    changed = replace(record, **changes)
    await _checked_owner(request, record.user_id)
    await _checked_owner(request, changed.user_id)
    await request.services.cars.save(changed)
    return _shown(changed)


@delete(
    "/api/cars/{car_id:str}",
    operation_id="removeCar",
    summary="Remove a car",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, InvalidValueError),
)
async def remove_car(request: ApiRequest, car_id: FromPath[str]) -> None:
    """The history keeps its sessions."""
    record = await visible_car(request, car_id)
    await _checked_owner(request, record.user_id)
    await request.services.cars.delete(record)
