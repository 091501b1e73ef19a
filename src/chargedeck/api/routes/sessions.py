"""The history of sessions."""

from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.params import FromPath

from chargedeck.api.access import access
from chargedeck.api.inputs import ResourceId, Time
from chargedeck.api.paging import Cursor, Limit, Page
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.series import LimitPeriod, limit_shown
from chargedeck.api.series import Period, intervals, resolution
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import ChargerId, SessionId, StationId
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.ports import SamplePoint, SessionQuery
from chargedeck.hub.records import Role, SessionRecord
from chargedeck.hub.session_view import session_view
from chargedeck.hub.views import SessionView

TAGS = ["History"]

LONGEST_ID = 64


class SessionsQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which sessions: those that began in the period."""

    charger: ResourceId | None = None
    station: ResourceId | None = None
    start: Time | None = None
    end: Time | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


class CurvePoint(msgspec.Struct, frozen=True):
    """A moment of a session; `energy_wh` counts from its start."""

    at: datetime
    power_w: float | None
    current_a: float | None
    energy_wh: float | None
    limit_a: float | None


class Curve(msgspec.Struct, frozen=True):
    """A session's power and energy, and the limits that it ran under."""

    points: list[CurvePoint]
    limits: list[LimitPeriod]
    resolution_s: float


def _shown(request: ApiRequest, record: SessionRecord) -> SessionView:
    fleet = request.services.fleet
    return session_view(fleet.as_of_now(record), fleet.charger_name(record.charger_id))


async def _visible(request: ApiRequest, session_id: str) -> SessionRecord:
    # What no id can look like is not asked for: not every database takes every character.
    known = session_id.isprintable() and len(session_id) <= LONGEST_ID
    record = await request.services.archive.session(SessionId(session_id)) if known else None
    if record is None:
        raise UnknownResourceError("session", session_id)
    request.caller.must_see(record.station_id, "session", session_id)
    return record


def stations_asked(asked: str | None, own: frozenset[StationId] | None) -> list[StationId] | None:
    """The stations to search: those asked for, of those that are one's own."""
    if asked is None:
        return None if own is None else sorted(own)
    return [StationId(asked)] if own is None or asked in own else []


@get(
    "/api/sessions",
    operation_id="listSessions",
    summary="Sessions",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=SessionsQuery),
)
async def list_sessions(request: ApiRequest) -> Page[SessionView]:
    """The newest first."""
    query = request.asked(SessionsQuery)
    found = await request.services.archive.sessions(
        SessionQuery(
            chargers=None if query.charger is None else [ChargerId(query.charger)],
            stations=stations_asked(query.station, request.caller.stations),
            start=query.start,
            end=query.end,
            limit=query.limit,
            cursor=query.cursor,
        )
    )
    return Page([_shown(request, record) for record in found.items], found.next_cursor)


@get(
    "/api/sessions/{session_id:str}",
    operation_id="getSession",
    summary="One session",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_session(request: ApiRequest, session_id: FromPath[str]) -> SessionView:
    """By id."""
    return _shown(request, await _visible(request, session_id))


@get(
    "/api/sessions/{session_id:str}/curve",
    operation_id="getSessionCurve",
    summary="A session's power curve",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_session_curve(request: ApiRequest, session_id: FromPath[str]) -> Curve:
    """With the limits that were in force, and why."""
    record, services = await _visible(request, session_id), request.services
    end = record.ended_at or services.now()
    over = Period(record.started_at, max(end, record.started_at + timedelta(seconds=1)))
    seconds = resolution(None, over)
    points = await services.archive.samples(record.charger_id, over.start, over.end, seconds)
    changes = await services.archive.limits(record.charger_id, over.start, over.end)
    return Curve(
        [_point(point, record) for point in points],
        [limit_shown(interval) for interval in intervals(changes, over)],
        seconds,
    )


def _point(point: SamplePoint, record: SessionRecord) -> CurvePoint:
    register = point.register_wh
    return CurvePoint(
        point.at,
        point.power_w,
        max((amps for amps in point.current_a if amps is not None), default=None),
        None if register is None else max(0.0, register - record.meter_start_wh),
        point.limit_a,
    )
