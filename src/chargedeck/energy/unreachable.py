"""What a charger that cannot be reached may be drawing, and where that is kept free; decides no limit.

`docs/adr/0024` gives the reasons.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chargedeck.domain.units import NO_CURRENT, Amps
from chargedeck.energy.circuits import CircuitId, CircuitTree
from chargedeck.energy.room import Use, added
from chargedeck.energy.snapshot import ManagedCharger, Phases, Unreachable

BACK_WITHIN = timedelta(minutes=5)
"""A connection that drops is commonly back by then; nobody is cut for what might begin meanwhile."""

ENDS_LATE = timedelta(seconds=10)
"""A limit that ends by itself ends by the device's clock, and its car needs a moment to follow."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a device was told: for its session, for any other one, and when the former ends by itself."""

    session_a: Amps
    kept_a: Amps
    ends_at: datetime | None = None

    def held(self, now: datetime) -> Amps:
        """What its session has now."""
        is_over = self.ends_at is not None and now >= self.ends_at + ENDS_LATE
        return self.kept_a if is_over else self.session_a


@dataclass(frozen=True, slots=True)
class LastWords:
    """What is known of a device that is gone: what it confirmed, and what it was asked and did not answer.

    `assumed` stands for what it confirmed where that is not known, as after a restart of ours.
    """

    confirmed: Told | None
    unanswered: Told | None
    assumed: Told

    def unreachable(self, *, in_session: bool, since: datetime, now: datetime) -> Unreachable:
        """What it may be drawing; `in_session` is how it stood when it was heard last."""
        known = [self.confirmed or self.assumed]
        if self.unanswered is not None:
            known.append(self.unanswered)
        kept = max(one.kept_a for one in known)
        session = max(one.held(now) for one in known) if in_session else NO_CURRENT
        most = max(kept, session)
        if now - since >= BACK_WITHIN:
            return Unreachable(most, most, since, in_session)
        if in_session and self.confirmed is None:
            # Everybody fell to what is kept, or had what fitted; soon most of them will say which.
            session = kept
        return Unreachable(session, most, since, in_session)


def kept_free(
    tree: CircuitTree,
    chargers: Iterable[ManagedCharger],
    current: Callable[[Unreachable], Amps],
    shown: Callable[[CircuitId, datetime], bool],
) -> Mapping[CircuitId, Phases]:
    """What each circuit keeps free for those who cannot be reached.

    `shown` says whether a meter there has been read since an instant: what such a charger draws is then
    one of the loads that the meter shows.
    """
    sums: dict[CircuitId, Phases] = {}
    for each in chargers:
        gone = each.unreachable
        if gone is not None and current(gone) > 0:
            with_it = added(tree, sums, Use(each.circuit, each.phases, current(gone)))
            sums |= {name: total for name, total in with_it.items() if not shown(name, gone.since)}
    return sums
