"""What somebody is told of, and what they were told: one's own, and nobody else's."""

from datetime import datetime, time
from typing import Annotated, Any

import msgspec
from litestar import get, patch, post
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from chargedeck.api.access import access
from chargedeck.api.inputs import ResourceId, given
from chargedeck.api.paging import Cursor, Limit
from chargedeck.api.refusals import ForbiddenError
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.me import person_of
from chargedeck.domain.notices import NoticeKind, QuietHours
from chargedeck.domain.sentences import said
from chargedeck.hub.notice_records import Channel, NoticeRecord, NoticeSettings
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role

TAGS = ["Notifications"]

Clock = Annotated[
    str,
    Meta(
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        examples=["22:00"],
        description="A time by the clock of one's own time zone.",
    ),
]


class NotificationEvents(msgspec.Struct, frozen=True):
    """What somebody wants to be told of."""

    session_started: bool
    session_ended: bool
    stopped_by_limit: bool
    charger_offline: bool
    charger_online: bool
    charger_error: bool


class EventChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    session_started: bool | UnsetType = UNSET
    session_ended: bool | UnsetType = UNSET
    stopped_by_limit: bool | UnsetType = UNSET
    charger_offline: bool | UnsetType = UNSET
    charger_online: bool | UnsetType = UNSET
    charger_error: bool | UnsetType = UNSET


class NightHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From `start` to `end`, over midnight where it ends before it starts; a danger is told all the same."""

    start: Clock
    end: Clock


class NotificationSettings(msgspec.Struct, frozen=True):
    """What somebody chose; `available` are the channels that this server is set up for."""

    enabled: bool
    events: NotificationEvents
    quiet_hours: NightHours | None
    time_zone: str
    available: list[Channel]


class NotificationChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is; quiet hours null: none."""

    enabled: bool | UnsetType = UNSET
    events: EventChanges | UnsetType = UNSET
    quiet_hours: NightHours | UnsetType | None = UNSET


class Notification(msgspec.Struct, frozen=True):
    """Something that somebody was told; `repeats` is how often it came again, until `last_at`.

    `about` is the error or the limit. `detail` has `session_id`, `energy_wh`, `charging_time_s` and `cost` of
    a session, `severity` and `device_detail` of an error.
    """

    id: str
    kind: NoticeKind
    at: datetime
    charger_id: str
    charger_name: str
    station_id: str
    about: str
    detail: dict[str, Any]
    repeats: int
    last_at: datetime | None
    read_at: datetime | None


class NotificationsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page, and whether only what is unread."""

    limit: Limit = 50
    cursor: Cursor | None = None
    unread: bool = False


class Inbox(msgspec.Struct, frozen=True):
    """A page of the inbox, the newest first, and how much of all of it is unread."""

    items: list[Notification]
    next_cursor: str | None
    unread: int


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ones are read now; without ids all of them."""

    ids: Annotated[list[ResourceId], Meta(max_length=500)] | None = None


class Unread(msgspec.Struct, frozen=True):
    """How much is unread."""

    unread: int


def events_of(kinds: frozenset[NoticeKind]) -> NotificationEvents:
    """As the API tells them."""
    return NotificationEvents(**{kind.value: kind in kinds for kind in NoticeKind})


def chosen(kinds: frozenset[NoticeKind], changes: EventChanges | UnsetType) -> frozenset[NoticeKind]:
    """What is wanted after these changes."""
    if changes is UNSET:
        return kinds
    wanted = {kind.value: kind in kinds for kind in NoticeKind} | given(changes)
    return frozenset(kind for kind in NoticeKind if wanted[kind.value])


def notification(notice: NoticeRecord) -> Notification:
    """A notice as an answer."""
    return Notification(
        notice.id,
        notice.kind,
        notice.at,
        notice.charger_id,
        notice.charger_name,
        notice.station_id,
        notice.about,
        notice.detail,
        notice.repeats,
        notice.last_at,
        notice.read_at,
    )


def _settings(request: ApiRequest, settings: NoticeSettings) -> NotificationSettings:
    quiet, choices = settings.quiet, request.services.notices.choices
    return NotificationSettings(
        settings.enabled,
        events_of(settings.kinds),
        None if quiet is None else NightHours(f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}"),
        person_of(request).time_zone,
        [channel for channel in Channel if choices.has(channel)],
    )


def _quiet(hours: NightHours | None) -> QuietHours | None:
    if hours is None:
        return None
    if hours.start == hours.end:
        raise InvalidValueError(
            "quiet_hours", said("must end at another time than they start; null for none")
        )
    return QuietHours(time.fromisoformat(hours.start), time.fromisoformat(hours.end))


@get(
    "/api/notifications/settings",
    operation_id="getNotificationSettings",
    summary="What one is told of",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def get_notification_settings(request: ApiRequest) -> NotificationSettings:
    """One's own; who has chosen nothing is told what is usual."""
    user = person_of(request)
    return _settings(request, await request.services.notices.choices.settings(user.id))


@patch(
    "/api/notifications/settings",
    operation_id="updateNotificationSettings",
    summary="Choose what one is told of",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, InvalidValueError),
)
async def update_notification_settings(
    request: ApiRequest, data: JSONBody[NotificationChanges]
) -> NotificationSettings:
    """From now on; what was told already stays in the inbox."""
    user = person_of(request)
    quiet = UNSET if data.quiet_hours is UNSET else _quiet(data.quiet_hours)

    def change(known: NoticeSettings) -> NoticeSettings:
        return NoticeSettings(
            known.user_id,
            known.enabled if data.enabled is UNSET else data.enabled,
            chosen(known.kinds, data.events),
            known.quiet if quiet is UNSET else quiet,
        )

    return _settings(request, await request.services.notices.choices.change(user.id, change))


@get(
    "/api/notifications",
    operation_id="listNotifications",
    summary="The inbox",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError, InvalidValueError, query=NotificationsQuery),
)
async def list_notifications(request: ApiRequest) -> Inbox:
    """One's own, the newest first. They are kept for 90 days, and the newest thousand of them."""
    user, query = person_of(request), request.asked(NotificationsQuery)
    choices = request.services.notices.choices
    before = _before(query.cursor)
    found = await choices.inbox(user.id, query.limit + 1, before, unread=query.unread)
    shown = found[: query.limit]
    more = shown[-1].id if len(found) > len(shown) else None
    return Inbox([*map(notification, shown)], more, await choices.unread(user.id))


def _before(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isalnum() or len(cursor) > 64:
        raise InvalidValueError("cursor", said("is not one that a list has answered with"))
    return cursor


@post(
    "/api/notifications/read",
    status_code=200,
    operation_id="readNotifications",
    summary="Mark notifications as read",
    tags=TAGS,
    opt=access(Role.VIEWER, ForbiddenError),
)
async def read_notifications(request: ApiRequest, data: JSONBody[Reading | None] = None) -> Unread:
    """Those of one's own that are named, or all of them."""
    user = person_of(request)
    ids = None if data is None else data.ids
    return Unread(await request.services.notices.choices.read(user.id, ids))
