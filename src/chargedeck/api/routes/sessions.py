"""The history of sessions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import ONE_LINE, ResourceId, Time
from chargedeck.api.paging import Cursor, Limit, Page
from chargedeck.api.request import ApiRequest
from chargedeck.api.routes.series import LimitPeriod, limit_shown
from chargedeck.api.series import Period, intervals, resolution
from chargedeck.api.sight import narrowed, visible_session
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import name_of
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.ports import SamplePoint
from chargedeck.hub.records import Origin, Role, SessionRecord
from chargedeck.hub.session_query import NEWEST_FIRST, Search, SessionQuery, Sort, SortColumn
from chargedeck.hub.session_view import Names, session_view
from chargedeck.hub.views import SessionView

TAGS = ["History"]


SearchedText = Annotated[
    str,
    Meta(
        max_length=80,
        pattern=ONE_LINE,
        description="Part of the note, a tag, the place, the label, or the name of charger, person or car.",
    ),
]
Order = Annotated[
    str,
    Meta(
        max_length=200,
        pattern=r"^-?[a-z_]+(,-?[a-z_]+)*$",
        description="Columns with commas between, a minus for descending: "
        f"{', '.join(SortColumn)}. The newest come first by default.",
        examples=["-energy_wh,started_at"],
    ),
]


class SessionsQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which sessions: those that began in the period."""

    charger: ResourceId | None = None
    user: ResourceId | None = None
    card: ResourceId | None = None
    car: ResourceId | None = None
    station: ResourceId | None = None
    search: SearchedText | None = None
    sort: Order | None = None
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


async def shown(request: ApiRequest, records: Sequence[SessionRecord]) -> list[SessionView]:
    """Sessions as they stand now, with what the things they name are called."""
    services = request.services
    people = {user.id: name_of(user) for user in await services.people.users.all()}
    cars = {car.id: car.name for car in await services.cars.all()}
    return [
        session_view(
            services.fleet.as_of_now(record),
            Names(
                services.fleet.charger_name(record.charger_id),
                people.get(record.user_id or ""),
                cars.get(record.car_id or ""),
            ),
        )
        for record in records
    ]


@get(
    "/api/sessions",
    operation_id="listSessions",
    summary="Sessions",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=SessionsQuery),
)
async def list_sessions(request: ApiRequest) -> Page[SessionView]:
    """Those that began in the period and meet every filter, the newest first unless asked otherwise."""
    found = await request.services.archive.sessions(
        await session_query(request, request.asked(SessionsQuery))
    )
    return Page(await shown(request, found.items), found.next_cursor)


async def session_query(request: ApiRequest, asked: SessionsQuery) -> SessionQuery:
    """What is asked, of what the caller may see."""
    wanted = SessionQuery(
        chargers=None if asked.charger is None else [ChargerId(asked.charger)],
        stations=None if asked.station is None else [StationId(asked.station)],
        users=None if asked.user is None else [asked.user],
        cards=None if asked.card is None else [asked.card],
        cars=None if asked.car is None else [asked.car],
        search=None if not asked.search else await _search(request, asked.search),
        start=asked.start,
        end=asked.end,
        order=NEWEST_FIRST if asked.sort is None else _order(asked.sort),
        limit=asked.limit,
        cursor=asked.cursor,
    )
    return narrowed(request.caller, wanted)


def _order(text: str) -> tuple[Sort, ...]:
    names = text.split(",")
    columns = [name.removeprefix("-") for name in names]
    if unknown := [column for column in columns if column not in set(SortColumn)]:
        raise InvalidValueError(
            "sort",
            said(
                "has no column {unknown}; there are {columns}",
                unknown=unknown[0],
                columns=", ".join(SortColumn),
            ),
        )
    if len(set(columns)) < len(columns):
        raise InvalidValueError("sort", said("must not name a column twice"))
    return tuple(Sort(SortColumn(name.removeprefix("-")), name.startswith("-")) for name in names)


async def _search(request: ApiRequest, text: str) -> Search:
    """The words, and what is called so now: a session keeps no names."""
    services, words = request.services, text.strip().casefold()
    return Search(
        words,
        [one.id for one in services.fleet.chargers.values() if words in one.record.name.casefold()],
        [user.id for user in await services.people.users.all() if words in name_of(user).casefold()],
        [car.id for car in await services.cars.all() if words in f"{car.name} {car.plate}".casefold()],
    )


@get(
    "/api/sessions/{session_id:str}",
    operation_id="getSession",
    summary="One session",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_session(request: ApiRequest, session_id: FromPath[str]) -> SessionView:
    """By id."""
    (session,) = await shown(request, [await visible_session(request, session_id)])
    return session


@get(
    "/api/sessions/{session_id:str}/curve",
    operation_id="getSessionCurve",
    summary="A session's power curve",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_session_curve(request: ApiRequest, session_id: FromPath[str]) -> Curve:
    """With the limits that were in force, and why; empty for a session that was added by hand."""
    record, services = await visible_session(request, session_id), request.services
    end = record.ended_at or services.now()
    over = Period(record.started_at, max(end, record.started_at + timedelta(seconds=1)))
    seconds = resolution(None, over)
    if record.origin is Origin.MANUAL:
        return Curve([], [], seconds)  # what the charger measured meanwhile may be another person's
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
