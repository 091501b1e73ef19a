"""A station's tariff: its versions, from when each holds, and what sessions cost by them."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.inputs import Time
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import visible_station
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.sentences import said
from chargedeck.domain.units import StationId
from chargedeck.energy.schedule_clock import local_day
from chargedeck.hub.cost_records import TariffVersion
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.hub.stations import Station
from chargedeck.hub.tariff_books import terms_of
from chargedeck.hub.tariff_terms import PriceSource, TariffTerms

TAGS = ["Tariffs"]

SourceToken = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        pattern="^[!-~]+$",
        description="What the source asks for; never answered. Left out, the one before stays.",
    ),
]


class TariffSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a tariff; without a date it holds from today on."""

    terms: TariffTerms
    valid_from: date | None = None
    source_token: SourceToken | None = None


class TariffVersionShown(msgspec.Struct, frozen=True):
    """What was decided at `saved_at` to hold from `valid_from` on; without terms, the day's was taken back.

    Of several for one day the last one `counts`; one of those that count is `in_force` today.
    """

    valid_from: date
    saved_at: datetime
    saved_by: str | None
    counts: bool
    in_force: bool
    has_source_token: bool
    terms: TariffTerms | None


class SourceState(msgspec.Struct, frozen=True):
    """How it goes with the source of prices: until when they are known, and what is wrong."""

    kind: str
    area: str
    asked_at: datetime | None
    known_until: datetime | None
    problem: str | None


class TariffShown(msgspec.Struct, frozen=True):
    """All versions, the latest first; `current` is the one in force."""

    station_id: str
    time_zone: str
    current: TariffVersionShown | None
    versions: list[TariffVersionShown]
    source: SourceState | None


class RecomputePeriod(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """The sessions that lasted at some time within it."""

    start: Time
    end: Time


class Recomputed(msgspec.Struct, frozen=True):
    """How many sessions will be priced anew; it happens in the background."""

    sessions: int


@get(
    "/api/stations/{station_id:str}/tariff",
    operation_id="getTariff",
    summary="A station's tariff and its history",
    tags=TAGS,
    opt=access(Role.VIEWER, UnknownResourceError),
)
async def get_tariff(request: ApiRequest, station_id: FromPath[str]) -> TariffShown:
    """Nothing that was ever decided is forgotten: what a session was priced by can be read here."""
    return _shown(request, visible_station(request, station_id))


@put(
    "/api/stations/{station_id:str}/tariff",
    operation_id="setTariff",
    summary="Have a tariff hold from a day on",
    tags=TAGS,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError),
)
async def set_tariff(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[TariffSettings]
) -> TariffShown:
    """A change never rewrites the past: sessions that have ended keep what they cost.

    An owner may have a period computed again.
    """
    station = visible_station(request, station_id)
    tariffs, now = request.services.tariffs, request.services.now()
    valid_from = data.valid_from or local_day(now, tariffs.zone(station.record.id))
    version = TariffVersion(
        station.record.id,
        valid_from,
        now,
        data.terms,
        request.caller.authorizer.label,
        data.source_token or _token_before(request, station.record.id, data.terms.source),
    )
    await tariffs.add(version, request.caller.authorizer)
    return _shown(request, station)


@delete(
    "/api/stations/{station_id:str}/tariff/{valid_from:str}",
    operation_id="removeTariffVersion",
    summary="Take back the version that begins on a day",
    tags=TAGS,
    status_code=200,
    opt=access(Role.OPERATOR, UnknownResourceError, InvalidValueError),
)
async def remove_version(
    request: ApiRequest, station_id: FromPath[str], valid_from: FromPath[str]
) -> TariffShown:
    """The version before it holds on; sessions that have ended keep what they cost."""
    station = visible_station(request, station_id)
    by = request.caller.authorizer
    version = TariffVersion(station.record.id, _day(valid_from), request.services.now(), None, by.label)
    await request.services.tariffs.add(version, by)
    return _shown(request, station)


@post(
    "/api/stations/{station_id:str}/tariff/recompute",
    operation_id="recomputeCosts",
    summary="Have a period's sessions follow the present tariff",
    tags=TAGS,
    status_code=200,
    opt=access(Role.OWNER, UnknownResourceError, InvalidValueError),
)
async def recompute(
    request: ApiRequest, station_id: FromPath[str], data: JSONBody[RecomputePeriod]
) -> Recomputed:
    """What sessions cost is rewritten, which is written down as an event."""
    station = visible_station(request, station_id)
    if data.start >= data.end:
        raise InvalidValueError("from", said("must be earlier than to"))
    costs = request.services.costs
    count = await costs.price_again(station.record.id, data.start, data.end, request.caller.authorizer)
    return Recomputed(count)


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        raise InvalidValueError("valid_from", said("must be a date such as 2026-01-01")) from error


def _token_before(request: ApiRequest, station: StationId, source: PriceSource | None) -> str | None:
    """The secret that was given last for the same kind of source."""
    if source is None:
        return None
    for version in reversed(request.services.tariffs.history(station)):
        known = None if version.terms is None else version.terms.source
        if known is not None and known.kind is source.kind and version.token is not None:
            return version.token
    return None


def _shown(request: ApiRequest, station: Station) -> TariffShown:
    tariffs, record = request.services.tariffs, station.record
    counting = tariffs.versions(record.id)
    today = local_day(request.services.now(), tariffs.zone(record.id))
    begun = [version for version in counting if version.valid_from <= today]
    current = begun[-1] if begun else None
    versions = [
        TariffVersionShown(
            version.valid_from,
            version.saved_at,
            version.saved_by,
            counts=version in counting,
            in_force=version is current,
            has_source_token=version.token is not None,
            terms=version.terms,
        )
        for version in sorted(
            tariffs.history(record.id), key=lambda each: (each.valid_from, each.saved_at), reverse=True
        )
    ]
    shown = next((version for version in versions if version.in_force), None)
    return TariffShown(record.id, record.time_zone, shown, versions, _source(request, station))


def _source(request: ApiRequest, station: Station) -> SourceState | None:
    version = request.services.tariffs.source_of(station.record.id)
    source = None if version is None else terms_of(version).source
    if source is None:
        return None
    state = request.services.tariffs.state_of(station.record.id)
    return SourceState(
        source.kind.value, source.area, state.asked_at, state.known_until, request.told(state.problem)
    )
