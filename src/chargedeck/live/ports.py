"""What the live state is made of and what its backends promise; one contract test runs on all of them."""

from asyncio import Future
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LASTING = {"charger": "chargers", "station": "stations", "device": "devices"}
"""The kinds that a snapshot lists, with the name of their list; all others only pass by."""


class Resource(Protocol):
    """Something that the screen shows; `station_id` says who may see it.

    `whose` is the person whose doings it shows, if it shows anybody's. `view` answers plain data (a
    dataclass); a view that was handed out is never changed afterwards.
    """

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def station_id(self) -> str: ...
    @property
    def whose(self) -> str | None: ...
    def view(self) -> Any: ...


class Veil(Protocol):
    """Takes away what only the person may see whose doings a resource shows."""

    def __call__(self, kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The plain form as others see it; None: they do not see it at all."""


class Reader(Protocol):
    """One open event stream: chunks of bytes until `ended`; never more of them waiting than its bound."""

    @property
    def owner(self) -> str: ...
    def write_at_once(self, write: Callable[[bytes], bool]) -> None:
        """Offer each chunk to `write` first; one that it does not take is iterated over."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    @property
    def ended(self) -> Future[None]:
        """Done once the stream has been closed, by either side."""

    def close(self) -> None:
        """Take no more; idempotent."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader may and wants to see; None means everything of its kind.

    A `person` sees only their own doings. `chargers` are those that somebody may use.
    """

    stations: frozenset[str] | None = None
    devices: bool = False
    charger: str | None = None
    person: str | None = None
    chargers: frozenset[str] | None = None

    def sees(self, kind: str, station_id: str, about: str | None) -> bool:
        """Whether a change concerns the reader; `about` is the charger it tells of, if any."""
        if self.stations is not None and station_id not in self.stations:
            return False
        if kind == "device":
            return self.devices and self.charger is None
        if self.chargers is not None and kind != "station" and about not in self.chargers:
            return False
        return self.charger is None or kind == "station" or about == self.charger

    def sees_through(self, kind: str, whose: str | None) -> bool:
        """Whether the veil over a resource does not concern the reader."""
        if self.person is None or (kind == "station" and self.chargers is None):
            return True
        return whose == self.person


@dataclass(slots=True)
class LiveStats:
    """Counters for the metrics page."""

    readers: int = 0
    ticks: int = 0
    events: int = 0
    lags: int = 0
    snapshots: int = 0
    resumed: int = 0
    faults: int = 0


class Timer(Protocol):
    """A call that is to come; a loop does not always say when (uvloop's do not once they are due)."""

    def cancel(self) -> None: ...


class Timers(Protocol):
    """The part of an event loop that the board runs on; tests turn the hands themselves."""

    def time(self) -> float: ...
    def call_at(self, when: float, callback: Callable[[], object], /) -> Timer: ...


class LiveBoard(Protocol):
    """The last known state and its changes. Everything but the reading of a Reader is synchronous."""

    stats: LiveStats

    def touch(self, resource: Resource, *, urgent: bool = False) -> None:
        """Say that a resource is new or has changed; costs next to nothing, and nothing is sent yet."""

    def notice(self, notice_id: str, station_id: str, patch: Mapping[str, Any]) -> None:
        """Tell everybody at a station something that is not a resource."""

    def remove(self, resource: Resource) -> None:
        """Say that a resource is gone."""

    def read(self, resource: Resource) -> Mapping[str, Any]:
        """A lasting resource's plain form with its `seq`, in step with what the readers are told."""

    def open(self, scope: Scope, *, owner: str, last_event_id: str | None = None) -> Reader:
        """Begin a stream with what was missed since `last_event_id`, or else with a snapshot."""

    def held(self, owner: str) -> int:
        """How many streams are open of whoever is at the top of an owner's path: for `a/b`, all of `a`."""

    def hears(self, owner: str) -> bool:
        """Whether an owner has a stream open."""

    def tell(self, owner: str, kind: str, key: str, patch: Mapping[str, Any]) -> None:
        """Tell an owner's streams alone; who comes later, or is behind, is not told and asks anew."""

    def close_readers(self, owner: str) -> None:
        """End every stream of an owner, at once; owners are paths, and `a` is above `a/b`."""

    def close(self) -> None:
        """End every stream and stop; the board takes touches, but nobody is told any more."""
