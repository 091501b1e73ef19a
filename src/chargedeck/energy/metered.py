"""A circuit with a meter: what in it is nobody's charger, now and lately; it shares nothing out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chargedeck.domain.units import Amps
from chargedeck.energy.circuits import Circuit
from chargedeck.energy.holdoff import Holdoff
from chargedeck.energy.meter_watch import MeterWatch
from chargedeck.energy.promises import Drawn
from chargedeck.energy.snapshot import BalancerSettings, MeterReading, Phases

WATCHED_FIRST = timedelta(seconds=30)
"""For how long the loads have to be known, at least, before anybody is given more."""

FOLLOWS_IN = timedelta(seconds=5)
"""How long a car may take to follow a lower offer (IEC 61851-1)."""


class Metered:
    """The loads beside the chargers, per phase."""

    def __init__(self, circuit: Circuit, settings: BalancerSettings) -> None:
        self.circuit = circuit
        self._settings = settings
        self._watch = MeterWatch(settings.meter_lost_after)
        self._phases = (Holdoff(), Holdoff(), Holdoff())
        self._latest: MeterReading | None = None
        self._loads: Phases | None = None
        self._silent_since: datetime | None = None
        self._silence = timedelta(0)
        self.lost = True

    def observe(self, now: datetime, reading: MeterReading | None, drawn: Sequence[Drawn]) -> None:
        """Take in the latest reading with what the chargers drew at its instant.

        A cut reckons with the least that the loads can be: together with the offers, that is never less
        than what the meter shows, and no car that starts is taken for a kettle. A raise reckons with the
        most: what a car was promised and does not draw yet is not given to another.
        """
        if reading is not None:
            self._latest = reading
            self._loads = _less(reading.current_a, [each.most for each in drawn])
            at = min(now, reading.at)
            self._watch.heard(at, now)
            most = _less(reading.current_a, [each.least for each in drawn])
            for phase, load in zip(self._phases, most, strict=True):
                phase.seen(at, load)
        self._listen(now)

    def _listen(self, now: datetime) -> None:
        silent = self._watch.silent(now)
        if silent and self._silent_since is None:
            self._silent_since = now
            for phase in self._phases:
                phase.forget()
        elif not silent and self._silent_since is not None:
            self._silence, self._silent_since = now - self._silent_since, None
        self.lost = silent

    def is_news(self, now: datetime, reading: MeterReading) -> bool:
        """Whether it was taken after the last one; repeated and late ones say nothing.

        A clock that was ahead for one reading does not make all that follow late.
        """
        last = self._latest
        return last is None or (reading != last and (reading.at > last.at or last.at > now))

    def has_shown(self, since: datetime) -> bool:
        """Whether it was read after an instant: what has flowed since is one of its loads."""
        return self._latest is not None and self._latest.at > since + self._settings.clocks_agree_within

    @property
    def reaction(self) -> timedelta:
        """How long an overload may last that a load brings: until it is read, and until the cars follow."""
        return self._watch.interval + FOLLOWS_IN

    def loads(self) -> Phases:
        """What flows beside the chargers now, or has to be reckoned with while the meter is silent."""
        return self._assumed() if self.lost or self._loads is None else self._loads

    def peaks(self, now: datetime) -> Phases:
        """What has flowed beside the chargers within the wait of each phase."""
        loads = self.loads()
        if self.lost:
            return loads
        first, second, third = (
            max(load, phase.peak(now, phase.wait(now, self.reaction)) or load)
            for phase, load in zip(self._phases, loads, strict=True)
        )
        return first, second, third

    def wait(self, now: datetime, phase: int) -> timedelta:
        """How long a load on the phase has to be gone before its current is given away."""
        return self._phases[phase - 1].wait(now, self.reaction)

    def may_raise(self, now: datetime) -> bool:
        """Whether the loads have been known for long enough: as long as they were not, within reason."""
        phase = self._phases[0]
        long_enough = max(WATCHED_FIRST, min(self._silence, phase.wait(now, self.reaction)))
        return self.lost or phase.watched_for(now) >= long_enough

    def raised(self, now: datetime, phases: Sequence[int]) -> None:
        """Somebody was given more on these phases."""
        for phase in phases:
            self._phases[phase - 1].raised(now)

    def cut(self, now: datetime, phases: Sequence[int]) -> None:
        """These phases would have been exceeded; by a load, or because the meter is silent."""
        for phase in () if self.lost else phases:
            self._phases[phase - 1].cut(now, self.reaction)

    def _assumed(self) -> Phases:
        share = Amps(self.circuit.rating_a * self._settings.meter_lost_house)
        known = self._loads or (share, share, share)
        return max(share, known[0]), max(share, known[1]), max(share, known[2])


def _less(total: Phases, drawn: Sequence[Phases]) -> Phases:
    first, second, third = total
    for each in drawn:
        first, second, third = Amps(first - each[0]), Amps(second - each[1]), Amps(third - each[2])
    return first, second, third
