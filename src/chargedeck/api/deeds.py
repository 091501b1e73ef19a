"""Writes down every change that somebody has asked for and got, unless what did it has said so already."""

from typing import Any

from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.types import Message, Scope

from chargedeck.api.behind import behind_of
from chargedeck.hub.callers import Caller
from chargedeck.hub.deeds import Asked

_ASKED = "chargedeck.asked"

NO_DEEDS = frozenset(
    {
        "pushReading",
        "importQuarters",
        "previewPlan",
        "probeDevice",
        "testMeter",
        "testMeterChanges",
        "beginPasskey",
        "beginCardLearning",
        "endCardLearning",
        "readNotifications",
        "testNotificationChannel",
        "sendRestorePiece",
    }
)
"""What changes nothing that anybody would look for: measured values above all, which come every second."""

FIRST_FAILURE = 400


def note_asked(scope: Scope, asked: Asked) -> None:
    """Remember what is being answered."""
    scope["state"][_ASKED] = asked


async def note_deed(message: Message, scope: Scope) -> None:
    """Look at an answer that is about to go out."""
    if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
        return
    asked: Asked | None = scope["state"].get(_ASKED)
    caller: Any = scope.get("user")
    if asked is None or asked.noted or message["status"] >= FIRST_FAILURE or not isinstance(caller, Caller):
        return
    handler = scope["route_handler"]
    assert isinstance(handler, HTTPRouteHandler)
    operation = str(handler.operation_id)
    if operation in NO_DEEDS:
        return
    people = behind_of(scope).services.people
    people.note_request(caller, operation, {"target": [*scope["path_params"].values()]})
