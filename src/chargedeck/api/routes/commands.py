"""Commands to chargers; each answers once the device has confirmed, with the charger as it then is."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, NamedTuple

import msgspec
from litestar import post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Nothing
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import charger_shown, commanded_charger
from chargedeck.domain.actions import Action
from chargedeck.domain.cards import Authorizer
from chargedeck.domain.problems import (
    ChargerLockedError,
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
    InspectionRequiredError,
    NotPossibleNowError,
    OutOfRangeError,
    UnknownResourceError,
)
from chargedeck.hub.orders import Orders
from chargedeck.hub.records import Role
from chargedeck.hub.views import ChargerView

TAGS = ["Commands"]

REFUSALS = (
    UnknownResourceError,
    NotPossibleNowError,
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
)


class Command(NamedTuple):
    """A command without particulars."""

    action: Action
    operation_id: str
    summary: str
    description: str
    give: Callable[[Orders, Authorizer], Awaitable[None]]
    energizes: bool


COMMANDS = (
    Command(
        Action.START,
        "startCharging",
        "Start charging",
        "Begins a session, or waits for the cable when none is in.",
        Orders.start,
        energizes=True,
    ),
    Command(
        Action.STOP,
        "stopCharging",
        "Stop charging",
        "Ends the session, or takes back a start that nothing came of yet.",
        Orders.stop,
        energizes=False,
    ),
    Command(
        Action.AUTHORIZE,
        "authorizeCharging",
        "Authorize charging",
        "Lets the car that is plugged in have its energy.",
        Orders.authorize,
        energizes=True,
    ),
    Command(
        Action.PAUSE,
        "pauseCharging",
        "Pause charging",
        "Holds the session at 0 A until it is resumed.",
        Orders.pause,
        energizes=False,
    ),
    Command(
        Action.RESUME,
        "resumeCharging",
        "Resume charging",
        "Lets a paused session go on.",
        Orders.resume,
        energizes=True,
    ),
    Command(
        Action.CHARGE_NOW,
        "chargeNow",
        "Charge now",
        "Sets schedule, price and solar aside until the session ends.",
        Orders.charge_now,
        energizes=True,
    ),
    Command(
        Action.BACK_TO_PLAN,
        "backToPlan",
        "Back to the plan",
        "Lets schedule, price and solar count again, after Charge now.",
        Orders.back_to_plan,
        energizes=False,
    ),
    Command(
        Action.UNLOCK,
        "unlockCable",
        "Unlock the cable",
        "Releases the cable; the device ends a session first.",
        Orders.unlock,
        energizes=False,
    ),
)


class ResetKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`soft` lets the device end its sessions in order first; `hard` restarts it at once."""

    kind: Literal["soft", "hard"] = "soft"


class AllowedCurrent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the slider says, in whole amperes, from 6 to the installation current."""

    current_a: Annotated[int, Meta(ge=0, le=1_000, examples=[13])]


def _route(command: Command) -> HTTPRouteHandler:
    """The route of a command without particulars."""

    async def give(
        request: ApiRequest,
        charger_id: FromPath[str],
        data: JSONBody[Nothing | None] = None,  # noqa: ARG001  (read so that it is checked)
    ) -> ChargerView:
        charger = commanded_charger(request, charger_id)
        await command.give(charger.orders, request.caller.authorizer)
        return charger_shown(request, charger)

    locks = (ChargerLockedError, InspectionRequiredError) if command.energizes else ()
    return post(
        f"/api/chargers/{{charger_id:str}}/{command.action}",
        status_code=200,
        operation_id=command.operation_id,
        summary=command.summary,
        description=command.description,
        tags=TAGS,
        opt=access(Role.DRIVER, *REFUSALS, *locks),
    )(give)


@post(
    "/api/chargers/{charger_id:str}/reset",
    status_code=200,
    operation_id="resetCharger",
    summary="Restart the device",
    tags=TAGS,
    opt=access(Role.OPERATOR, *REFUSALS),
)
async def reset_charger(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[ResetKind | None] = None
) -> ChargerView:
    """Restarts the whole device, with all its outlets."""
    charger = commanded_charger(request, charger_id)
    hard = data is not None and data.kind == "hard"
    await charger.orders.reset(request.caller.authorizer, hard=hard)
    return charger_shown(request, charger)


@put(
    "/api/chargers/{charger_id:str}/allowed-current",
    operation_id="setAllowedCurrent",
    summary="Set the allowed current",
    tags=TAGS,
    opt=access(Role.DRIVER, *REFUSALS, OutOfRangeError),
)
async def set_allowed_current(
    request: ApiRequest, charger_id: FromPath[str], data: JSONBody[AllowedCurrent]
) -> ChargerView:
    """Kept by the device too, for the time that the server is gone."""
    charger = commanded_charger(request, charger_id)
    await charger.orders.set_allowed_current(data.current_a, request.caller.authorizer)
    return charger_shown(request, charger)


MADE = tuple(map(_route, COMMANDS))
