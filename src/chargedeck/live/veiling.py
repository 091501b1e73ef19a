"""What persons are told who see only their own doings: pure, from how a resource was told and how it is."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chargedeck.live.frames import Event, event_frame
from chargedeck.live.patch import difference
from chargedeck.live.ports import Veil


class Seen(NamedTuple):
    """A resource's plain form, None when there was none, and whose doings it showed."""

    plain: Mapping[str, Any] | None
    whose: str | None

    def by(self, person: str | None, kind: str, veil: Veil) -> Mapping[str, Any] | None:
        """What a person sees of it; person None: somebody who has no part in it."""
        if self.plain is None or (person is not None and person == self.whose):
            return self.plain
        return veil(kind, self.plain)


NEVER_SEEN = Seen(None, None)


def no_veil(kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG001
    """Everybody sees everything."""
    return plain


def veiled_frames(
    kind: str, key: str, seq: int, step: tuple[Seen, Seen], veil: Veil
) -> dict[str | None, bytes | None]:
    """The event for each person whose doings it shows or showed, and under None for all others."""
    was, now = step
    return {
        person: _frame(kind, Event(key, seq, None), was.by(person, kind, veil), now.by(person, kind, veil))
        for person in {None, was.whose, now.whose}
    }


def _frame(
    kind: str, gone: Event, was: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> bytes | None:
    """From what somebody saw to what they see; None when that is the same to them."""
    if now is None:
        return None if was is None else event_frame(kind, gone)
    patch = now if was is None else difference(was, now)
    return None if patch.keys() <= {"seq"} else event_frame(kind, Event(gone.id, gone.seq, patch))
