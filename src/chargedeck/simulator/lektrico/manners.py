"""How odd firmware sends what it says: content types, delays, broken connections; says nothing itself."""

from dataclasses import replace

from chargedeck.simulator.lektrico.http import Manner
from chargedeck.simulator.lektrico.oddities import Oddities
from chargedeck.simulator.lektrico.quirks import Quirk
from chargedeck.simulator.lektrico.rpc import Reply

_SLOW_S, _STUCK_S = 2, 30


def as_sent(reply: Reply, oddities: Oddities) -> Reply:
    """The reply as it goes on the wire."""
    has = oddities.has
    if has(Quirk.REDIRECTS):
        return Reply(302, b"", None, (("Location", "http://192.0.2.1/rpc"),))
    if has(Quirk.NOT_JSON):
        return replace(reply, body=b"<html><body><h1>It works")
    if has(Quirk.WRONG_CONTENT_TYPE):
        return replace(reply, content_type="text/plain")
    return replace(reply, content_type=None) if has(Quirk.NO_CONTENT_TYPE) else reply


def manner(oddities: Oddities, asked: int) -> Manner:
    """The way that the answer to request number `asked` takes."""
    has = oddities.has
    return Manner(
        delay_s=_STUCK_S if has(Quirk.STUCK_ANSWERS) else _SLOW_S if has(Quirk.SLOW_ANSWERS) else 0,
        hangs_up=has(Quirk.HANGS_UP),
        drops=has(Quirk.DROPS) and asked % 3 == 0,
        halves=has(Quirk.HALF_ANSWERS),
        is_endless=has(Quirk.ENDLESS_ANSWERS),
    )
