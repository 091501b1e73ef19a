"""Departure plans: ready by a time with so much energy, at the least cost that prices and sun allow."""

from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import commanded_charger, is_anothers, visible_charger
from chargedeck.domain.problems import OutOfRangeError, UnknownResourceError
from chargedeck.domain.units import WattHours
from chargedeck.hub.plan_summary import PlanState
from chargedeck.hub.plan_views import PlanView
from chargedeck.hub.records import Role

TAGS = ["Plans"]


class DeparturePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ready by this time, within seven days; what the session has charged already counts."""

    ready_by: Time
    energy_wh: Annotated[float, Meta(gt=0, le=1_000_000, examples=[30_000])]


@get(
    "/api/chargers/{charger_id:str}/plan",
    operation_id="getPlan",
    summary="A charger's plan",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_plan(request: ApiRequest, charger_id: FromPath[str]) -> PlanView:
    """For its next departure, once or weekly: what it does when, and at what cost.

    Its state is `none` while there is no departure within a week. It is made anew every two minutes, and
    whenever a fact changes. Without a car it is what would be done if one were there. What cannot be had
    until the departure is `missing_wh`. A driver sees no plan while somebody else is charging.
    """
    charger = visible_charger(request, charger_id)
    if is_anothers(request, charger):
        return PlanView(charger.id, PlanState.NONE)
    return request.services.schedules.view(charger)


@put(
    "/api/chargers/{charger_id:str}/plan",
    operation_id="setPlan",
    summary="Plan a departure",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError, OutOfRangeError),
)
async def set_plan(request: ApiRequest, charger_id: FromPath[str], data: JSONBody[DeparturePlan]) -> PlanView:
    """Once; weekly departures are rules of the schedule. The earlier of the two is planned for."""
    charger = commanded_charger(request, charger_id)
    by = request.caller.authorizer
    return await request.services.schedules.plan(charger, data.ready_by, WattHours(data.energy_wh), by)


@delete(
    "/api/chargers/{charger_id:str}/plan",
    operation_id="removePlan",
    summary="Take a planned departure back",
    tags=TAGS,
    opt=access(Role.DRIVER, UnknownResourceError),
)
async def remove_plan(request: ApiRequest, charger_id: FromPath[str]) -> None:
    """The weekly departures count again, where there are any."""
    charger = commanded_charger(request, charger_id)
    await request.services.schedules.unplan(charger, request.caller.authorizer)


@post(
    "/api/chargers/{charger_id:str}/plan/preview",
    status_code=200,
    operation_id="previewPlan",
    summary="What a plan would do",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError, OutOfRangeError),
)
async def preview_plan(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[DeparturePlan]
) -> PlanView:
    """Slot by slot: price, sun, house, power and cost; what is missing at the end. Nothing is changed."""
    charger = visible_charger(request, charger_id)
    return request.services.schedules.preview(charger, data.ready_by, WattHours(data.energy_wh))
