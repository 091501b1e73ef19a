"""The cards that a charger keeps for the time that it cannot ask us: which, and how they get there. Pure.

A list has a version. As long as the device has the version that it last confirmed to us we know what is in
it, and send differences; else somebody or something else has changed it, and we send it whole. A list goes in
pieces that the device takes, each under a version of its own, so that what was confirmed is never sent again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chargedeck.domain.cards import Card, CardAnswer, Holder, Verdict, answer, held, is_good_at
from chargedeck.domain.units import ChargerId, IdTag, StationId

LONGEST_TAG = 20
"""OCPP 1.6's idTag."""

LAST_VERSION = 2**31 - 1

UNKNOWN_VERSION = -1
"""Of a list that we have begun to write and do not know the end of."""

Entries = Mapping[IdTag, CardAnswer]


@dataclass(frozen=True, slots=True)
class Outlet:
    """A place where the device's cards charge."""

    station: StationId
    charger: ChargerId
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What a device has confirmed to keep."""

    version: int
    entries: Entries = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is sent at once; None takes a card out."""

    version: int
    is_full: bool
    changes: Mapping[IdTag, CardAnswer | None]


def listed(
    cards: Iterable[tuple[Card, Holder]], outlets: Collection[Outlet], now: datetime
) -> dict[IdTag, CardAnswer]:
    """The list of a device.

    One list opens all outlets of a device, so that only those cards are in it that are good at each of them.
    One that is blocked or has run out is in it as such: a charger may remember it from better days.
    """
    open_ones = [outlet for outlet in outlets if not outlet.is_locked]
    entries: dict[IdTag, CardAnswer] = {}
    for card, holder in cards:
        good = all(is_good_at(card, holder, one.station, one.charger) for one in open_ones or outlets)
        if not good or len(card.id_tag) > LONGEST_TAG:
            continue
        judged = answer(held(card, holder), now=now)
        if not open_ones and judged.verdict is Verdict.ACCEPTED:
            judged = CardAnswer(Verdict.BLOCKED, judged.expires_at, judged.parent_id_tag)
        entries[card.id_tag] = judged
    return entries


def fitting(entries: Entries, most: int | None) -> dict[IdTag, CardAnswer]:
    """As many as the device keeps: who may charge comes first."""
    order = sorted(entries, key=lambda tag: (entries[tag].verdict is not Verdict.ACCEPTED, tag))
    return {tag: entries[tag] for tag in order[:most]}


def next_piece(kept: Kept | None, at_device: int, wanted: Entries, at_once: int) -> Piece | None:
    """What to send next to a device whose list has the version `at_device`; None: there is nothing to do.

    The list of a device that we never wrote to, and have no card for, is left as it is.
    """
    if kept is not None and kept.version == at_device:
        changes = _differences(kept.entries, wanted)
        if not changes:
            return None
        if at_device < LAST_VERSION:
            return Piece(_after(at_device), is_full=False, changes=dict(list(changes.items())[:at_once]))
    if not wanted and (kept is None or at_device == 0):
        return None
    newest = at_device if kept is None else max(at_device, kept.version)
    some = {tag: wanted[tag] for tag in list(wanted)[:at_once]}
    return Piece(_after(newest), is_full=True, changes=some)


def _after(version: int) -> int:
    return 1 if version >= LAST_VERSION else max(version, 0) + 1


def _differences(kept: Entries, wanted: Entries) -> dict[IdTag, CardAnswer | None]:
    """What goes comes first, then what is refused: neither may wait for room."""
    gone: dict[IdTag, CardAnswer | None] = {tag: None for tag in kept if tag not in wanted}
    changed = [tag for tag in wanted if kept.get(tag) != wanted[tag]]
    changed.sort(key=lambda tag: wanted[tag].verdict is Verdict.ACCEPTED)
    return gone | {tag: wanted[tag] for tag in changed}


def confirmed(kept: Kept | None, piece: Piece) -> Kept:
    """What the device keeps once it has taken a piece."""
    entries = {} if piece.is_full or kept is None else dict(kept.entries)
    for tag, judged in piece.changes.items():
        if judged is None:
            entries.pop(tag, None)
        else:
            entries[tag] = judged
    return Kept(piece.version, entries)
