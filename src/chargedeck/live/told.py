"""What has been told of each resource, and what is to be told now: decides and encodes, sends nothing."""

import logging
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import msgspec

from chargedeck.live.frames import Change, Event, event_frame
from chargedeck.live.patch import difference
from chargedeck.live.ports import LASTING, LiveStats, Resource, Scope, Veil
from chargedeck.live.veiling import NEVER_SEEN, Seen, veiled_frames

logger = logging.getLogger(__name__)


class Mark(IntEnum):
    """How far a change is on its way to the readers."""

    CLEAN = 0
    LATER = 1
    SOON = 2
    GONE = 3


class Entry:
    """A resource on the board; `plain` is the form last told, None when nobody was told any."""

    __slots__ = ("mark", "plain", "resource", "seq", "station_id", "told_at", "whose")

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.seq = 0
        self.mark = Mark.CLEAN
        self.plain: dict[str, Any] | None = None
        self.station_id = resource.station_id
        self.whose = resource.whose
        self.told_at = float("-inf")


def plain_form(entry: Entry, seq: int) -> dict[str, Any]:
    """The resource as it is now, in JSON's types."""
    plain: dict[str, Any] = msgspec.to_builtins(entry.resource.view())
    plain["seq"] = seq
    return plain


class Told:
    """Every resource by kind and id."""

    def __init__(self, stats: LiveStats, veil: Veil) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.veils = False
        """Whether anybody reads who sees only their own doings: then every change is told twice."""
        self._stats = stats
        self._veil = veil

    def entry(self, resource: Resource) -> Entry:
        """The resource's entry; a new one the first time."""
        key = (resource.kind, resource.id)
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(resource)
        entry.resource = resource
        return entry

    def tell(self, entry: Entry, position: int) -> list[Change]:
        """The changes that lead from what was told to what is; none when nothing shows.

        A resource that moves to another station is gone for the old one's readers and new for the others.
        """
        entry.mark = Mark.CLEAN
        lasting = entry.resource.kind in LASTING
        plain = self._form(entry, entry.seq if lasting else position)
        if not lasting:
            del self.entries[entry.resource.kind, entry.resource.id]
            now = Seen(plain, entry.resource.whose)
            return [] if plain is None else [self._told(entry, position, plain, (NEVER_SEEN, now))]
        if plain is None:
            return []
        was, now = Seen(entry.plain, entry.whose), Seen(plain, entry.resource.whose)
        old, changes = entry.plain, []
        if old is not None and entry.station_id != entry.resource.station_id:
            changes.append(_change(entry, entry.seq, None))
            old, was = None, NEVER_SEEN
        entry.station_id = entry.resource.station_id
        patch = plain if old is None else difference(old, plain)
        if patch.keys() <= {"seq"}:
            return changes
        entry.plain, entry.whose = plain, now.whose
        changes.append(self._told(entry, entry.seq, patch, (was, now)))
        return changes

    def _told(self, entry: Entry, seq: int, patch: Mapping[str, Any], step: tuple[Seen, Seen]) -> Change:
        kind, key = entry.resource.kind, entry.resource.id
        # Who is not to see all of it and comes later begins with a snapshot that this is part of.
        veiled = veiled_frames(kind, key, seq, step, self._veil) if self.veils else {}
        return _change(entry, seq, patch)._replace(veiled=veiled)

    def remove(self, resource: Resource) -> list[Change]:
        """Forget a resource; whoever was told of it is told that it is gone."""
        entry = self.entries.pop((resource.kind, resource.id), None)
        if entry is None:
            return []
        entry.mark = Mark.GONE
        return [] if entry.plain is None else [_change(entry, entry.seq + 1, None)]

    def forget(self) -> None:
        """Nobody looks any more: keep no forms."""
        for entry in list(self.entries.values()):
            entry.plain = None
            entry.mark = Mark.CLEAN
            if entry.resource.kind not in LASTING:
                del self.entries[entry.resource.kind, entry.resource.id]

    def _form(self, entry: Entry, seq: int) -> dict[str, Any] | None:
        """One resource that cannot be shown must not keep the others from being shown."""
        try:
            return plain_form(entry, seq)
        except Exception:
            self._stats.faults += 1
            logger.exception("%s %s cannot be shown", entry.resource.kind, entry.resource.id)
            return None

    def lists(self, scope: Scope) -> dict[str, list[Any]]:
        """The told forms of all lasting resources that the scope sees.

        What nobody could see until now is made now; what is new and about to be told is left to that.
        """
        lists: dict[str, list[Any]] = {
            name: [] for kind, name in LASTING.items() if kind != "device" or scope.devices
        }
        for (kind, key), entry in self.entries.items():
            name = LASTING.get(kind)
            if entry.plain is None:
                entry.station_id = entry.resource.station_id
            if name is None or not scope.sees(kind, entry.station_id, _about(kind, key, {})):
                continue
            if entry.plain is None and entry.mark is Mark.CLEAN:
                entry.plain, entry.whose = self._form(entry, entry.seq), entry.resource.whose
            if entry.plain is not None:
                sees_all = scope.sees_through(kind, entry.whose)
                lists[name].append(entry.plain if sees_all else self._veil(kind, entry.plain))
        return lists


def _change(entry: Entry, seq: int, patch: Mapping[str, Any] | None) -> Change:
    kind, key = entry.resource.kind, entry.resource.id
    frame = event_frame(kind, Event(key, seq, patch))
    return Change(kind, entry.station_id, _about(kind, key, patch or {}), frame)


def _about(kind: str, key: str, patch: Mapping[str, Any]) -> str | None:
    return key if kind == "charger" else patch.get("charger_id")
