"""An operator's corner: the messages of a device, and any message to it."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.paging import Limit
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_device
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
    InvalidCallError,
    UnknownResourceError,
)
from chargedeck.domain.sentences import said
from chargedeck.hub.message_log import LoggedMessage
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role

TAGS = ["Devices"]

DEEPEST = 32
"""Levels that a payload may be nested; OCPP's deepest message has seven."""

ActionName = Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9]{0,63}$", examples=["ChangeConfiguration"])]


class MessagesQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which messages."""

    start: Time | None = None
    end: Time | None = None
    action: ActionName | None = None
    limit: Limit = 100


class Message(msgspec.Struct, frozen=True):
    """A message as it went over the wire, without secrets; `in` came from the device."""

    at: datetime
    direction: Literal["in", "out"]
    type: str
    action: str | None
    message_id: str | None
    payload: Any


class Messages(msgspec.Struct, frozen=True):
    """The newest first; only so many are kept of each device."""

    items: list[Message]


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message that a central system may send in the device's OCPP version."""

    action: ActionName
    payload: dict[str, Any] = {}


class CallResult(msgspec.Struct, frozen=True):
    """What the device answered."""

    result: dict[str, Any]


class ActionSchema(msgspec.Struct, frozen=True):
    """A message that may be sent, with the JSON schema of its payload."""

    action: str
    schema: dict[str, Any]


class Actions(msgspec.Struct, frozen=True):
    """All messages that may be sent to a device, in its OCPP version."""

    version: str
    actions: list[ActionSchema]


def depth(value: object) -> int:
    """Levels that JSON is nested, counted no further than is needed to refuse it."""
    level, deepest = [value], 0
    while level and deepest <= DEEPEST:
        deepest += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return deepest


def _shown(message: LoggedMessage) -> Message:
    return Message(
        message.at,
        "in" if message.incoming else "out",
        message.type,
        message.action,
        message.message_id,
        message.payload,
    )


@get(
    "/api/devices/{device_id:str}/messages",
    operation_id="listDeviceMessages",
    summary="A device's last messages",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError, query=MessagesQuery),
)
async def list_device_messages(request: ApiRequest, device_id: FromPath[str]) -> Messages:
    """In both directions, secrets redacted."""
    device, query = visible_device(request, device_id), request.asked(MessagesQuery)
    found = request.services.fleet.messages(
        device.id, start=query.start, end=query.end, action=query.action, limit=query.limit
    )
    return Messages([_shown(message) for message in found])


@get(
    "/api/devices/{device_id:str}/ocpp",
    operation_id="listDeviceActions",
    summary="What may be sent to a device",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError),
)
async def list_device_actions(request: ApiRequest, device_id: FromPath[str]) -> Actions:
    """With the official schema of each payload."""
    device = visible_device(request, device_id)
    version, schemas = request.services.fleet.operator_actions(device.id)
    return Actions(version, [ActionSchema(action, dict(schemas[action])) for action in sorted(schemas)])


@post(
    "/api/devices/{device_id:str}/ocpp",
    status_code=200,
    operation_id="callDevice",
    summary="Send a message to a device",
    tags=TAGS,
    opt=access(
        Role.OPERATOR,
        UnknownResourceError,
        InvalidCallError,
        InvalidValueError,
        ChargerOfflineError,
        DeviceRefusedError,
        DeviceTimeoutError,
    ),
)
async def call_device(request: ApiRequest, device_id: FromPath[str], data: JSONBody[Call]) -> CallResult:
    """Checked against the official schema before it goes; answers what the device answered."""
    device = visible_device(request, device_id)
    if depth(data.payload) > DEEPEST:
        raise InvalidValueError("payload", said("is nested deeper than {deepest} levels", deepest=DEEPEST))
    result = await request.services.fleet.call(
        device.id, data.action, data.payload, request.caller.authorizer
    )
    return CallResult(dict(result))
