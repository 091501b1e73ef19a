"""The event stream."""

from dataclasses import replace
from typing import Annotated

import msgspec
from litestar import get
from msgspec import Meta

from chargedeck.api.access import access
from chargedeck.api.event_stream import EventStream
from chargedeck.api.inputs import ResourceId
from chargedeck.api.refusals import CsrfError, TooManyStreamsError
from chargedeck.api.request import ApiRequest
from chargedeck.api.views import scope_of, visible_charger, visible_station
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.hub.people_problems import InvalidValueError
from chargedeck.hub.records import Role
from chargedeck.live.ports import Scope


class EventsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to hear of; `last_event_id` is for browsers, which cannot set the header Last-Event-ID."""

    station: ResourceId | None = None
    charger: ResourceId | None = None
    last_event_id: Annotated[str, Meta(max_length=100)] | None = None


def _scope(request: ApiRequest, query: EventsQuery) -> Scope:
    scope = scope_of(request.caller)
    if query.station is not None:
        scope = replace(scope, stations=frozenset({visible_station(request, query.station).id}))
    charger = None if query.charger is None else visible_charger(request, query.charger).id
    return replace(scope, charger=charger)


def _holds_enough(request: ApiRequest) -> bool:
    """Whether one person has so many streams that more would be at the cost of others.

    Owners are bounded by the whole alone, and so are the programs of the machine's console: they have it in
    their hands anyway.
    """
    caller, services = request.caller, request.services
    if caller.user is None or caller.may(Role.OWNER):
        return False
    return services.board.held(caller.owner) >= services.settings.most_streams_of_one


@get(
    "/api/events",
    media_type="text/event-stream",
    operation_id="streamEvents",
    summary="The event stream",
    tags=["Events"],
    opt=access(
        Role.VIEWER,
        UnknownResourceError,
        InvalidValueError,
        TooManyStreamsError,
        CsrfError,
        query=EventsQuery,
    ),
)
async def stream_events(request: ApiRequest) -> EventStream:
    """First `event: snapshot` with `chargers`, `stations` and, for operators, `devices`.

    Then `charger`, `station`, `device`, `session` and `notice` with `{"id", "seq", "patch"}`: a JSON
    Merge Patch (RFC 7396) on the resource, null when it is gone. Members that are null and members
    that are missing mean the same. `inbox`, with one's own id, says how much is `unread` there and which
    is the `newest`; who was away asks for it. `id:` carries a position for `Last-Event-ID`. A
    `heartbeat` comes when nothing else has for a while. A reader that falls behind is sent a fresh
    snapshot. The stream ends with the sign-in. A person has 50 of them at most, an owner any number.
    """
    query, services, caller = request.asked(EventsQuery), request.services, request.caller
    scope = _scope(request, query)
    if services.board.stats.readers >= services.settings.most_streams or _holds_enough(request):
        raise TooManyStreamsError
    position = request.headers.get("last-event-id") or query.last_event_id
    reader = services.board.open(scope, owner=caller.owner, last_event_id=position)

    async def still_welcome() -> bool:
        return await services.people.still(caller)

    return EventStream(reader, still_welcome, recheck_s=services.settings.stream_recheck_s)
