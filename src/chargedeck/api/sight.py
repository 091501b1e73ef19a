"""What of the history somebody may see: every route that asks for sessions narrows its question by this."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from chargedeck.hub.callers import Caller
from chargedeck.hub.history import Filter
from chargedeck.hub.records import SessionRecord
from chargedeck.hub.session_query import SessionQuery

Asked = TypeVar("Asked", SessionQuery, Filter)
Key = TypeVar("Key", bound=str)


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


def _within(asked: Sequence[Key] | None, own: frozenset[Key] | None) -> Sequence[Key] | None:
    """Those asked for, of those that are one's own."""
    if own is None:
        return asked
    return sorted(own) if asked is None else [one for one in asked if one in own]
