"""Lets go of what devices said long ago, so that none of them can fill the disk; people's deeds stay."""

from sqlalchemy import Connection, and_, delete, or_, select

from chargedeck.storage.tables import EVENTS

MOST_SAID = 200_000
"""Events that nobody but a device is the author of: years of them at an honest site."""

LOOK_EVERY = 5_000
"""Events that may be written until somebody looks how many there are."""


def trim_events(connection: Connection, most: int) -> int:
    """Delete the oldest events of devices and chargers beyond `most`; answers how many those were."""
    events = EVENTS.c
    said = and_(events.actor.is_(None), or_(events.device_id.is_not(None), events.charger_id.is_not(None)))
    newest_first = select(events.at).where(said).order_by(events.at.desc(), events.id.desc())
    last = connection.scalar(newest_first.offset(most).limit(1))
    if last is None:
        return 0
    return connection.execute(delete(EVENTS).where(said, events.at <= last)).rowcount
