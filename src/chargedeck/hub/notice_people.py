"""Who may be told of what happens at a charger; pure, and never more than the same person sees in the app."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chargedeck.domain.notices import OF_SESSIONS, Happening, Listener, NoticeKind, Way
from chargedeck.hub.callers import chargers_of, has_ended, stations_of
from chargedeck.hub.notice_records import NoticeSettings, WayRecord
from chargedeck.hub.records import Role, UserRecord


def sees_charger(user: UserRecord, station_id: str, charger_id: str) -> bool:
    """Whether a charger is among somebody's own."""
    stations, chargers = stations_of(user), chargers_of(user)
    return (stations is None or station_id in stations) and (chargers is None or charger_id in chargers)


def may_know(user: UserRecord, happening: Happening, now: datetime) -> bool:
    """Whether somebody may be told: drivers of no session but their own, which is theirs wherever it is."""
    if has_ended(user, now):
        return False
    if user.role is Role.DRIVER and happening.kind in OF_SESSIONS:
        return happening.whose == user.id
    return sees_charger(user, happening.station_id, happening.charger_id)


def may_still_know(
    user: UserRecord, kind: NoticeKind, station_id: str, charger_id: str, now: datetime
) -> bool:
    """Whether what somebody was told may still be sent to them: rights may have changed since."""
    if has_ended(user, now):
        return False
    own = user.role is Role.DRIVER and kind in OF_SESSIONS
    return own or sees_charger(user, station_id, charger_id)


def zone_of(user: UserRecord) -> ZoneInfo:
    """The zone whose clock somebody goes by."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def listener(user: UserRecord, settings: NoticeSettings | None, ways: list[WayRecord]) -> Listener:
    """Somebody with what they have chosen."""
    chosen = settings or NoticeSettings(user.id)
    open_ways = tuple(Way(way.id, way.kinds) for way in ways if way.enabled)
    return Listener(chosen.kinds, chosen.enabled, open_ways, chosen.quiet, zone_of(user))
