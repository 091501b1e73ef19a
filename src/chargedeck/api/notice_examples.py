"""Examples of notifications for the document."""

from datetime import UTC, datetime
from typing import Any

from chargedeck.api.routes import notification_channels as channels
from chargedeck.api.routes import notifications
from chargedeck.domain.notices import USUAL, NoticeKind
from chargedeck.hub.notice_records import Channel

AT = datetime(2026, 5, 4, 18, 30, tzinfo=UTC)
_NIGHT = notifications.NightHours("22:00", "07:00")
_EVENTS = notifications.events_of(USUAL)
_ERROR: dict[str, Any] = {"severity": "error", "device_detail": "OverCurrentFailure"}
_NOTIFICATION = notifications.Notification(
    *("019e2b7c4d5e8f1a2b3c", NoticeKind.CHARGER_ERROR, AT, "garage", "Garage", "home", "overcurrent"),
    *(_ERROR, 0, None, None),
)
_KEYS = channels.PushKeys("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx", "BTBZMqHH6r4Tts7J_aSIgg")
_CHANNEL = channels.NotificationChannel(
    *("5b0c9f27d1a84e36", Channel.PUSH, "Firefox on Android", True, _EVENTS, AT, AT, None, None, "9f86…"),
    here=True,
)
NOTICE_EXAMPLES: tuple[Any, ...] = (
    _NOTIFICATION,
    notifications.Inbox([_NOTIFICATION], None, 1),
    notifications.Reading(["019e2b7c4d5e8f1a2b3c"]),
    notifications.Unread(0),
    notifications.NotificationSettings(
        True, _EVENTS, _NIGHT, "Europe/Bucharest", [Channel.EMAIL, Channel.PUSH, Channel.APPRISE]
    ),
    notifications.NotificationChanges(
        events=notifications.EventChanges(session_started=True), quiet_hours=_NIGHT
    ),
    _CHANNEL,
    channels.NotificationChannels([_CHANNEL]),
    channels.NewChannel(
        Channel.PUSH,
        "Firefox on Android",
        subscription=channels.PushSubscription("https://updates.push.example/wpush/v2/…", _KEYS),
    ),
    channels.ChannelChanges(enabled=False),
    channels.PushKey("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg"),
    channels.ChannelTest(True, "250 OK"),
)
