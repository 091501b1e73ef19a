"""What a charger's currents and phases mean in watts to a plan, and back; it knows no price and no clock."""

from dataclasses import dataclass

from chargedeck.domain.units import NO_CURRENT, Amps, Watts
from chargedeck.energy.circuits import NOMINAL_VOLTAGE
from chargedeck.energy.plan_slot import PowerRange, Powers

_SAME = Watts(1)


@dataclass(frozen=True, slots=True)
class Outlet:
    """On how many phases a car charges at a charger, or can be made to, and with which currents."""

    phases: tuple[int, ...]
    least_a: Amps
    most_a: Amps

    @property
    def powers(self) -> Powers:
        """What it can do besides nothing; more phases where the currents of fewer do not reach."""
        ranges: list[PowerRange] = []
        if self.most_a < self.least_a:
            return ()
        for phases in sorted(self.phases):
            low, high = (NOMINAL_VOLTAGE * phases * amps for amps in (self.least_a, self.most_a))
            if not ranges or high > ranges[-1].high_w:
                ranges.append(PowerRange(Watts(low), Watts(high)))
        return tuple(ranges)

    def phases_for(self, power: Watts) -> int:
        """On how many phases it brings a power: on as few as will do."""
        for phases in sorted(self.phases):
            if power <= NOMINAL_VOLTAGE * phases * self.most_a + _SAME:
                return phases
        return max(self.phases)

    def current_for(self, power: Watts) -> Amps:
        """The current that brings a power on those phases."""
        if power <= 0:
            return NO_CURRENT
        amps = power / (NOMINAL_VOLTAGE * self.phases_for(power))
        return Amps(max(self.least_a, min(self.most_a, amps)))
