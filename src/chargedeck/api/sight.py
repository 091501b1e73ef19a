"""What of the history somebody may see: every route that asks for sessions narrows its question by this."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from chargedeck.api.request import ApiRequest
from chargedeck.domain.problems import UnknownResourceError
from chargedeck.domain.units import SessionId
from chargedeck.hub.callers import Caller
from chargedeck.hub.history import Filter
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_query import SessionQuery

Asked = TypeVar("Asked", SessionQuery, Filter)
Key = TypeVar("Key", bound=str)

LONGEST_ID = 64


def narrowed(caller: Caller, query: Asked) -> Asked:
    """The question, kept to the caller's stations and chargers; a driver's to their own sessions."""
    if caller.person is not None:
        return replace(query, users=_within(query.users, frozenset({caller.person})))
    return replace(
        query,
        stations=_within(query.stations, caller.stations),
        chargers=_within(query.chargers, caller.chargers),
    )


def sees_session(caller: Caller, record: SessionRecord) -> bool:
    """Whether a session is the caller's to see; one's own always is, wherever it was charged."""
    if caller.person is not None:
        return record.user_id == caller.person
    return caller.sees_charger(record.station_id, record.charger_id)


async def visible_session(request: ApiRequest, session_id: str) -> SessionRecord:
    """The session, if it is there and the caller's to see."""
    # What no id can look like is not asked for: not every database takes every character.
    known = session_id.isprintable() and len(session_id) <= LONGEST_ID
    record = await request.services.archive.session(SessionId(session_id)) if known else None
    if record is None or record.deleted_at is not None or not sees_session(request.caller, record):
        raise UnknownResourceError("session", session_id)
    return record


def _within(asked: Sequence[Key] | None, own: frozenset[Key] | None) -> Sequence[Key] | None:
    """Those asked for, of those that are one's own."""
    if own is None:
        return asked
    return sorted(own) if asked is None else [one for one in asked if one in own]
