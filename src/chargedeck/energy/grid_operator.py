"""What a grid operator may dim the chargers to, and what they may take nevertheless."""

from chargedeck.domain.units import Watts

FLOOR = Watts(4200)
"""What a device is always left (Germany, section 14a EnWG); also the limit when the operator falls silent."""

HEAT_SHARE = 0.4
"""Of the rated power of heat pumps and air conditioning, where that is more than the floor."""

_AT_ONCE = (1.0, 0.80, 0.75, 0.70, 0.65, 0.60, 0.55, 0.50, 0.45)
"""How much of their floors several devices need at once, for 1, 2, … 9 and more of them."""


def floor_for(devices: int, heat: Watts = Watts(0)) -> Watts:
    """The least that an energy manager with so many controllable devices has to be left.

    `heat` is the rated power of heat pumps and air conditioning together, which count as one device.
    """
    if devices < 1:
        return Watts(0)
    at_once = _AT_ONCE[min(devices, len(_AT_ONCE)) - 1]
    return Watts(max(FLOOR, HEAT_SHARE * heat) + (devices - 1) * at_once * FLOOR)


def dimmed(ordered: Watts, devices: int, *, heat: Watts = Watts(0), solar: Watts = Watts(0)) -> Watts:
    """What the devices may take together: the order, never below their floor, and own solar on top."""
    return Watts(max(ordered, floor_for(devices, heat)) + max(0.0, solar))
