"""Sign-ins within a transaction: push goes with the sign-in that it was switched on in."""

from sqlalchemy import Connection, and_, delete, update

from chargedeck.hub.notice_records import Channel
from chargedeck.hub.records import SignInRecord
from chargedeck.storage.desk import Desk
from chargedeck.storage.notice_tables import NOTICE_WAYS
from chargedeck.storage.rows import plain_values
from chargedeck.storage.tables import SIGN_INS


def replace_sign_in(desk: Desk, connection: Connection, digest: str, by: SignInRecord) -> None:
    """Put one in place of another, which leaves its push to it."""
    desk.put(connection, SIGN_INS, plain_values(by))
    left = update(NOTICE_WAYS).where(NOTICE_WAYS.c.sign_in == digest)
    connection.execute(left.values(sign_in=by.digest))
    connection.execute(delete(SIGN_INS).where(SIGN_INS.c.digest == digest))


def end_sign_ins(connection: Connection, user_id: str, *, but: str | None) -> None:
    """End all that somebody has, or all but the one with that digest."""
    ways = NOTICE_WAYS.c
    pushed = and_(ways.user_id == user_id, ways.channel == Channel.PUSH)
    condition = SIGN_INS.c.user_id == user_id
    if but is not None:
        pushed = and_(pushed, ways.sign_in.is_distinct_from(but))
        condition = and_(condition, SIGN_INS.c.digest != but)
    connection.execute(delete(NOTICE_WAYS).where(pushed))
    connection.execute(delete(SIGN_INS).where(condition))
