"""How somebody is reached: by e-mail, on their devices, by services that Apprise speaks to."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import ONE_LINE, Name, Nothing
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.me import person_of
from chargedeck.api.routes.notifications import EventChanges, NotificationEvents, chosen, events_of
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.notice_choices import NoSuchChannelError, TooManyWaysError
from chargedeck.hub.notice_records import Channel, WayRecord
from chargedeck.hub.people_problems import BusyError, InvalidValueError
from chargedeck.hub.records import Role

TAGS = ["Notifications"]

ServiceUrl = Annotated[
    str,
    Meta(
        min_length=4,
        max_length=2_000,
        pattern=ONE_LINE,
        description="As https://github.com/caronc/apprise/wiki says it. It is a secret: no answer holds it.",
        examples=["ntfy://ntfy.sh/my-topic"],
    ),
]
_Key = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[A-Za-z0-9_=-]+$")]


class PushKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a browser wants its messages encrypted with."""

    p256dh: _Key
    auth: _Key


class PushSubscription(msgspec.Struct, frozen=True):
    """What the browser's `PushSubscription.toJSON()` answers."""

    endpoint: Annotated[str, Meta(min_length=9, max_length=2_000, pattern=ONE_LINE)]
    keys: PushKeys


class PushKey(msgspec.Struct, frozen=True):
    """The application server's key (VAPID), in base64url."""

    public_key: str


class NewChannel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail goes to one's own address; `url` is for Apprise, `subscription` for push."""

    channel: Channel
    name: Name | None = None
    url: ServiceUrl | None = None
    subscription: PushSubscription | None = None


class ChannelChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: Name | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    events: EventChanges | UnsetType = UNSET


class NotificationChannel(msgspec.Struct, frozen=True):
    """A way to be reached. `problem` is what went wrong the last time, null when it went well.

    `fingerprint` of a device is the SHA-256 of its endpoint, by which a browser finds itself; `here` says
    that push was switched on in the sign-in that asks, and will end with it.
    """

    id: str
    channel: Channel
    name: str
    enabled: bool
    events: NotificationEvents
    created_at: datetime
    told_at: datetime | None
    problem: str | None
    problem_at: datetime | None
    fingerprint: str | None
    here: bool


class NotificationChannels(msgspec.Struct, frozen=True):
    """One's own, the oldest first."""

    items: list[NotificationChannel]


class ChannelTest(msgspec.Struct, frozen=True):
    """What became of a test message, and in words what the other end answered."""

    delivered: bool
    said: str


def channel_shown(request: ApiRequest, way: WayRecord) -> NotificationChannel:
    """A way as an answer to who asks, without where it leads."""
    problem = None if way.problem is None else Sentence(way.problem)
    return NotificationChannel(
        way.id,
        way.channel,
        way.name,
        way.enabled,
        events_of(way.kinds),
        way.created_at,
        way.told_at,
        request.told(problem),
        way.problem_at,
        way.digest if way.channel is Channel.PUSH else None,
        way.sign_in == _sign_in(request),
    )


def _sign_in(request: ApiRequest) -> str:
    """The digest of the sign-in that asks."""
    person_of(request)
    assert request.caller.sign_in is not None
    return request.caller.sign_in.digest


def _address(data: NewChannel) -> str:
    """Where it leads, as its carrier reads it."""
    match data.channel:
        case Channel.EMAIL:
            return ""
        case Channel.APPRISE:
            if data.url is None:
                raise InvalidValueError(
                    "url", said("must say which service, such as ntfy://ntfy.sh/my-topic")
                )
            return data.url
        case Channel.PUSH:
            if data.subscription is None:
                raise InvalidValueError("subscription", said("must be what the browser has answered"))
            return msgspec.json.encode(data.subscription).decode()


@get(
    "/api/notifications/push-key",
    operation_id="getPushKey",
    summary="What a browser subscribes with",
    tags=TAGS,
    opt=access(Role.VIEWER),
)
async def get_push_key(request: ApiRequest) -> PushKey:
    """The public key of this installation, for `PushManager.subscribe`."""
    return PushKey(await request.services.notices.push_key())


@get(
    "/api/notifications/channels",
    operation_id="listNotificationChannels",
    summary="How one is reached",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def list_notification_channels(request: ApiRequest) -> NotificationChannels:
    """One's own."""
    user = person_of(request)
    ways = await request.services.notices.choices.ways(user.id)
    return NotificationChannels([channel_shown(request, way) for way in ways])


@post(
    "/api/notifications/channels",
    operation_id="addNotificationChannel",
    summary="Be reached another way",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, InvalidValueError, NoSuchChannelError, TooManyWaysError),
)
async def add_notification_channel(request: ApiRequest, data: JSONBody[NewChannel]) -> NotificationChannel:
    """E-mail, a push subscription of this browser, or a service; the same one again is not another one.

    Push ends with the sign-in that it was last switched on in: by signing out, by revoking that sign-in, or
    by a new password. A sign-in that has merely run out ends none.
    """
    user, here = person_of(request), _sign_in(request)
    choices = request.services.notices.choices
    way = await choices.add(user, data.channel, data.name, _address(data), sign_in=here)
    return channel_shown(request, way)


@patch(
    "/api/notifications/channels/{way_id:str}",
    operation_id="updateNotificationChannel",
    summary="Change a channel",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, UnknownResourceError),
)
async def update_notification_channel(
    request: ApiRequest, way_id: FromPath[str], data: JSONBody[ChannelChanges]
) -> NotificationChannel:
    """What it tells of is part of what one is told of at all."""
    user = person_of(request)

    def change(way: WayRecord) -> WayRecord:
        return replace(
            way,
            name=way.name if data.name is UNSET else data.name,
            enabled=way.enabled if data.enabled is UNSET else data.enabled,
            kinds=chosen(way.kinds, data.events),
        )

    changed = await request.services.notices.choices.change_way(user.id, way_id, change)
    return channel_shown(request, changed)


@delete(
    "/api/notifications/channels/{way_id:str}",
    operation_id="removeNotificationChannel",
    summary="Be reached this way no longer",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, UnknownResourceError),
)
async def remove_notification_channel(request: ApiRequest, way_id: FromPath[str]) -> None:
    """What waits to go this way is not sent."""
    user = person_of(request)
    await request.services.notices.choices.remove_way(user.id, way_id)


@post(
    "/api/notifications/channels/{way_id:str}/test",
    status_code=200,
    operation_id="testNotificationChannel",
    summary="Send a test message",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, UnknownResourceError, BusyError),
)
async def send_test_message(
    request: ApiRequest,
    way_id: FromPath[str],
    data: JSONBody[Nothing | None] = None,  # noqa: ARG001
) -> ChannelTest:
    """Now, whatever the hour; answers what really became of it."""
    delivered, answer = await request.services.notices.test(person_of(request), way_id)
    return ChannelTest(delivered, answer.told(request.language))
