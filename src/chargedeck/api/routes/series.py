"""What a charger measured and what limited it, over time."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import FromPath
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.series import LimitInterval, Period, intervals, period, resolution
from chargedeck.api.views import visible_charger
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.charger import Charger
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.ports import SamplePoint
from chargedeck.hub.records import Origin, Role, SessionRecord
from chargedeck.hub.session_query import SessionQuery

TAGS = ["Chargers"]
DAY = timedelta(days=1)
LONGEST_SESSION = timedelta(days=7)
"""A session that began earlier than this is not looked for."""

Resolution = Annotated[
    float, Meta(ge=1, le=86_400, description="Seconds per point; by default as many as suit the period.")
]


class PeriodQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """The period: by default the last 24 hours."""

    start: Time | None = None
    end: Time | None = None


class SamplesQuery(
    PeriodQuery, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which samples, and how fine."""

    resolution: Resolution | None = None


class Sample(msgspec.Struct, frozen=True):
    """A bucket of measurements: means, and the register at its end; phases in their order."""

    at: datetime
    power_w: float | None
    energy_wh: float | None
    current_a: list[float | None]
    voltage_v: list[float | None]
    temperature_c: float | None
    limit_a: float | None


class Samples(msgspec.Struct, frozen=True):
    """Measurements in order; `resolution_s` is the length of a bucket."""

    items: list[Sample]
    resolution_s: float


class LimitPeriod(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """A limit and when it was in force."""

    start: datetime
    end: datetime
    current_a: float
    reason: LimitReason


class Limits(msgspec.Struct, frozen=True):
    """Limits in order."""

    items: list[LimitPeriod]


def sample_shown(point: SamplePoint) -> Sample:
    """A bucket as an answer."""
    return Sample(
        point.at,
        point.power_w,
        point.register_wh,
        list(point.current_a),
        list(point.voltage_v),
        point.temperature_c,
        point.limit_a,
    )


def limit_shown(interval: LimitInterval) -> LimitPeriod:
    """A limit as an answer."""
    return LimitPeriod(interval.start, interval.end, interval.change.current_a, interval.change.reason)


@get(
    "/api/chargers/{charger_id:str}/samples",
    operation_id="getSamples",
    summary="What a charger measured",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError, InvalidValueError, query=SamplesQuery),
)
async def get_samples(request: ApiRequest, charger_id: FromPath[str]) -> Samples:
    """Power, current, voltage, temperature and the meter's register, downsampled by the server."""
    charger, query = visible_charger(request, charger_id), request.asked(SamplesQuery)
    over = period(query.start, query.end, now=request.services.now(), default=DAY)
    seconds = resolution(query.resolution, over)
    points = await request.services.archive.samples(charger.id, over.start, over.end, seconds)
    own = await own_periods(request, charger, over)
    points = [point for point in points if own is None or any(one.holds(point.at) for one in own)]
    return Samples([sample_shown(point) for point in points], seconds)


@get(
    "/api/chargers/{charger_id:str}/limits",
    operation_id="getLimits",
    summary="What limited a charger",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError, InvalidValueError, query=PeriodQuery),
)
async def get_limits(request: ApiRequest, charger_id: FromPath[str]) -> Limits:
    """The limit in force at every time of the period, with its reason."""
    charger, query = visible_charger(request, charger_id), request.asked(PeriodQuery)
    over = period(query.start, query.end, now=request.services.now(), default=DAY)
    changes = await request.services.archive.limits(charger.id, over.start, over.end)
    own = await own_periods(request, charger, over)
    periods = [over] if own is None else own
    return Limits([limit_shown(interval) for one in periods for interval in intervals(changes, one)])


async def own_periods(request: ApiRequest, charger: Charger, over: Period) -> list[Period] | None:
    """When a driver charged there; None for who may see everything.

    What somebody has added by hand only says that they did: no device told of it.
    """
    person = request.caller.person
    if person is None:
        return None
    query = SessionQuery(
        [charger.id], start=over.start - LONGEST_SESSION, end=over.end, limit=500, users=[person]
    )
    found = await request.services.archive.sessions(query)
    return list(reversed(list(_parts(found.items, over))))


def _parts(sessions: Iterable[SessionRecord], over: Period) -> Iterator[Period]:
    for session in sessions:
        if session.origin is Origin.MANUAL:
            continue
        start, end = max(session.started_at, over.start), min(session.ended_at or over.end, over.end)
        if start < end:
            yield Period(start, end)
