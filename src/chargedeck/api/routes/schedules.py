"""When a charger charges: hours that are allowed or forbidden, exceptions by date, weekly departures."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import given
from chargedeck.api.paging import Page, PageQuery, page
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_charger
from chargedeck.domain.problems import ConflictError, OutOfRangeError, UnknownResourceError
from chargedeck.domain.units import WattHours
from chargedeck.hub.charging_rules import RuleKind, ScheduleRecord
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.plan_told import WEEKDAYS, schedule_view
from chargedeck.hub.plan_views import ScheduleView
from chargedeck.hub.records import Role

TAGS = ["Schedules"]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Weekdays = Annotated[
    list[Weekday],
    Meta(max_length=7, description="The days that hours begin on, or that somebody departs on."),
]
WallTime = Annotated[
    str,
    Meta(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="On the clock of the station's time zone; an end not after the start is the next day's.",
        examples=["22:00"],
    ),
]
Day = Annotated[date, Meta(description="A date in the station's time zone.", examples=["2026-12-24"])]
Energy = Annotated[float, Meta(gt=0, le=1_000_000, description="What the car is to have by then.")]


class ScheduleDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new rule: for days of the week, or for one date on which the weekly rules do not hold.

    `allowed` and `forbidden` have a start and an end, a `departure` has ready_by and energy_wh, and a
    `free` date has no rules at all.
    """

    kind: RuleKind
    weekdays: Weekdays = []
    date: Day | None = None
    start: WallTime | None = None
    end: WallTime | None = None
    ready_by: WallTime | None = None
    energy_wh: Energy | None = None
    enabled: bool = True


class ScheduleChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be changed about a rule; null where a field has no meaning any more."""

    kind: RuleKind | UnsetType = UNSET
    weekdays: Weekdays | UnsetType = UNSET
    date: Day | UnsetType | None = UNSET
    start: WallTime | UnsetType | None = UNSET
    end: WallTime | UnsetType | None = UNSET
    ready_by: WallTime | UnsetType | None = UNSET
    energy_wh: Energy | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


@get(
    "/api/chargers/{charger_id:str}/schedules",
    operation_id="listSchedules",
    summary="A charger's schedule",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError, InvalidValueError, query=PageQuery),
)
async def list_schedules(request: ApiRequest, charger_id: FromPath[str]) -> Page[ScheduleView]:
    """Its rules; forbidden hours win, and once hours are allowed the rest of the week is closed."""
    rules = visible_charger(request, charger_id).timetable.schedules
    shown, cursor = page(map(schedule_view, rules), lambda rule: rule.id, request.asked(PageQuery))
    return Page(shown, cursor)


@post(
    "/api/chargers/{charger_id:str}/schedules",
    operation_id="addSchedule",
    summary="Add a rule to a schedule",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, ConflictError, InvalidValueError, OutOfRangeError),
)
async def add_schedule(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[ScheduleDraft]
) -> ScheduleView:
    """It holds at once, whatever the station's mode; Charge now sets it aside for a session."""
    charger = visible_charger(request, charger_id)
    fields = _fields(msgspec.structs.asdict(data))
    rule = await request.services.schedules.add(
        charger, lambda given_id: ScheduleRecord(given_id, charger.id, **fields), request.caller.authorizer
    )
    return schedule_view(rule)


@patch(
    "/api/schedules/{schedule_id:str}",
    operation_id="updateSchedule",
    summary="Change a rule of a schedule",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, OutOfRangeError),
)
async def update_schedule(
    request: ApiRequest, schedule_id: FromPath[str], data: JSONBody[ScheduleChanges]
) -> ScheduleView:
    """Fields that are left out stay as they are; it holds at once."""
    _visible(request, schedule_id)
    fields = _fields(given(data))
    rule = await request.services.schedules.change(
        schedule_id, lambda former: replace(former, **fields), request.caller.authorizer
    )
    return schedule_view(rule)


@delete(
    "/api/schedules/{schedule_id:str}",
    operation_id="removeSchedule",
    summary="Delete a rule of a schedule",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def remove_schedule(request: ApiRequest, schedule_id: FromPath[str]) -> None:
    """What it forbade is allowed at once."""
    _visible(request, schedule_id)
    await request.services.schedules.remove(schedule_id, request.caller.authorizer)


def _visible(request: ApiRequest, schedule_id: str) -> None:
    charger, _ = request.services.schedules.rule(schedule_id)
    request.caller.must_see(charger.station_id, "schedule", schedule_id)


def _fields(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record from those of the API."""
    fields = dict(told)
    if "date" in fields:
        fields["day"] = fields.pop("date")
    if "weekdays" in fields:
        fields["weekdays"] = tuple(sorted(map(WEEKDAYS.index, fields["weekdays"])))
    for name in ("start", "end", "ready_by"):
        if fields.get(name) is not None:
            fields[name] = time.fromisoformat(fields[name])
    if fields.get("energy_wh") is not None:
        fields["energy_wh"] = WattHours(fields["energy_wh"])
    return fields
