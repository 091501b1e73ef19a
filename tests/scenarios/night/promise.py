"""What the API has promised by an answer of 200, and what may have come true beside it; asks nobody."""

import bisect
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass
class Promise(Generic[T]):
    """A setting: the value last confirmed, and those whose commands ended without an answer."""

    confirmed: T
    uncertain: list[T] = field(default_factory=list)

    def asked(self, value: T) -> None:
        """A command is on its way: from now on either may be the case."""
        self.uncertain.append(value)

    def kept(self, value: T) -> None:
        """The server has said that it is so, or showed it after a restart."""
        self.confirmed = value
        self.uncertain.clear()

    def refused(self, value: T) -> None:
        """The server has said no, which must not change anything; the same may have been asked before."""
        self.uncertain.remove(value)

    def allows(self, value: T) -> bool:
        """Whether it may be so without a broken promise."""
        return value == self.confirmed or value in self.uncertain


@dataclass
class Allowance:
    """The most that a charger may offer its car, over the time of the real world."""

    installation_a: float
    held: set[int] = field(default_factory=set)
    """The allowed currents of which the device may hold any."""
    is_paused: bool = False
    _at: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)

    def widen(self, amps: int, at: float) -> None:
        """A command is on its way to the device."""
        self.held.add(amps)
        self._note(at)

    def settle(self, amps: int, at: float) -> None:
        """The device has confirmed this value."""
        self.held = {amps}
        self._note(at)

    def pause(self, at: float, *, on: bool) -> None:
        """The device holds the session at nothing, or may no longer."""
        self.is_paused = on
        self._note(at)

    def _note(self, at: float) -> None:
        most = 0.0 if self.is_paused else min(max(self.held), self.installation_a)
        self._at.append(at)
        self._most.append(most)

    def most(self, start: float, end: float) -> float:
        """The highest value in force at any time from `start` to `end`."""
        first = max(bisect.bisect_right(self._at, start) - 1, 0)
        last = max(bisect.bisect_right(self._at, end), first + 1)
        return max(self._most[first:last])

    @property
    def narrowings(self) -> list[tuple[float, float]]:
        """When less was allowed from then on, and how much."""
        steps = zip(self._at[1:], self._most, self._most[1:], strict=False)
        return [(at, most) for at, before, most in steps if most < before]
