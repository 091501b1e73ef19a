"""What was charged in a period, by source, charger, person, card or station."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec
from litestar import get

from chargedeck.api.access import access
from chargedeck.api.history import (
    History,
    HistoryGroup,
    history_buckets,
    history_groups,
    main_currency,
    source_groups,
    totals,
)
from chargedeck.api.inputs import ResourceId, Time, TimeZone, checked_time_zone
from chargedeck.api.request import ApiRequest
from chargedeck.api.sight import narrowed
from chargedeck.domain.sentences import said
from chargedeck.domain.units import ChargerId, StationId
from chargedeck.hub.callers import name_of
from chargedeck.hub.history import Filter, Grouping, HistoryQuery, Overview
from chargedeck.hub.history_calendar import DAY, Bucket, Period, before, buckets, day_of, midnight
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role

TAGS = ["History"]

MOST_BUCKETS = 1_500
MOST_STACKED = 12
"""Groups that the bars are stacked of; more cannot be told apart."""

DEFAULT_DAYS = 30
LONGEST = timedelta(days=366 * 100)


class AskedHistoryQuery(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Which period, in what buckets, stacked by what, of whom; by default the last 30 days."""

    start: Time | None = None
    end: Time | None = None
    bucket: Bucket = Bucket.DAY
    group: Grouping = Grouping.SOURCE
    charger: ResourceId | None = None
    user: ResourceId | None = None
    card: ResourceId | None = None
    station: ResourceId | None = None
    time_zone: TimeZone | None = None


@get(
    "/api/history",
    operation_id="getHistory",
    summary="What was charged in a period",
    tags=TAGS,
    opt=access(Role.VIEWER, InvalidValueError, query=AskedHistoryQuery),
)
async def get_history(request: ApiRequest) -> History:
    """In buckets of the station's local time, with the period before to compare.

    A session counts where it began, its energy, time and cost where they fell: one over midnight is in
    both days. `from` and `to` are taken to the whole hour.
    """
    query = _query(request, request.asked(AskedHistoryQuery))
    seen = await request.services.history.overview(query, MOST_STACKED)
    return History(
        query.period.start,
        query.period.end,
        query.bucket,
        query.group,
        query.zone.key,
        seen.complete,
        await _groups(request, query.group, seen),
        history_buckets(query, seen),
        totals(query.period, seen.whole),
        totals(before(query.period, query.zone), seen.earlier),
    )


async def _groups(request: ApiRequest, group: Grouping, seen: Overview) -> list[HistoryGroup]:
    """All groups with their sums."""
    if group is Grouping.SOURCE:
        return source_groups(seen.whole)
    labels = await _labels(request, group, {one.group for one in seen.groups})
    return history_groups(seen.groups, labels, main_currency(seen.whole))


def _query(request: ApiRequest, asked: AskedHistoryQuery) -> HistoryQuery:
    zone = _zone(request, asked)
    period = _period(request, asked, zone)
    if next(islice(buckets(period, asked.bucket, zone), MOST_BUCKETS, None), None) is not None:
        raise InvalidValueError(
            "bucket", said("must be longer: the period has more than {most} of them", most=MOST_BUCKETS)
        )
    only = Filter(
        chargers=None if asked.charger is None else [ChargerId(asked.charger)],
        users=None if asked.user is None else [asked.user],
        cards=None if asked.card is None else [asked.card],
        stations=None if asked.station is None else [StationId(asked.station)],
    )
    seen = narrowed(request.caller, only)
    return HistoryQuery(period, zone, asked.bucket, asked.group, seen)


def _zone(request: ApiRequest, asked: AskedHistoryQuery) -> ZoneInfo:
    """As asked, or the station's; of several stations the default one's."""
    if asked.time_zone is not None:
        return ZoneInfo(checked_time_zone(asked.time_zone))
    fleet = request.services.fleet
    seen = [station for key, station in fleet.stations.items() if request.caller.sees(key)]
    station = next((one for one in seen if one.id == asked.station), None) or fleet.default_station
    return ZoneInfo(station.record.time_zone)


def _period(request: ApiRequest, asked: AskedHistoryQuery, zone: ZoneInfo) -> Period:
    try:
        end = asked.end or midnight(day_of(request.services.now(), zone) + DAY, zone)
        start = asked.start or midnight(day_of(end, zone) - DEFAULT_DAYS * DAY, zone)
        if not start < end:
            raise InvalidValueError("from", said("must be earlier than to"))
        if end - start > LONGEST:
            raise InvalidValueError("from", said("must be no more than a hundred years earlier than to"))
        period = Period(start, end)
        before(period, zone)
    except (OverflowError, ValueError) as error:
        raise InvalidValueError("from", said("must lie in years that a calendar has, and to too")) from error
    return period


async def _labels(request: ApiRequest, group: Grouping, ids: Iterable[str]) -> Mapping[str, str]:
    services = request.services
    match group:
        case Grouping.CHARGER:
            return {one: services.fleet.charger_name(ChargerId(one)) for one in ids}
        case Grouping.USER:
            return {user.id: name_of(user) for user in await services.people.users.all()}
        case Grouping.CARD:
            return {card.id: card.label for card in services.cards.items}
        case _:
            return {key: station.record.name for key, station in services.fleet.stations.items()}
