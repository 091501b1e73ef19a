"""How an energy module shares a house's connection among its chargers; pure, step by step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from chargedeck.domain.units import MINIMUM_CURRENT, NO_CURRENT, Amps
from chargedeck.simulator.clock import Seconds

AmpsPerSecond = float
RAISE: AmpsPerSecond = 1.0
"""Cut at once, raise by so much."""


class Mode(IntEnum):
    """`load_balancing_mode`; the vendor documents 0 to 3 and lists 4 as well."""

    OFF = 0
    POWER = 1
    HYBRID = 2
    GREEN = 3
    POWER_SHARE = 4


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that a share depends on."""

    mode: Mode
    breaker_a: Amps
    hybrid_a: Amps
    pv_minimum_a: Amps
    car_minimum_a: Amps


def share(rules: Rules, house_a: Sequence[Amps], cars: int, most_a: Amps) -> Amps:
    """What each of the charging `cars` may draw per phase; `house_a` is what else is imported per phase."""
    if rules.mode is Mode.OFF:
        return most_a
    cars = max(cars, 1)
    headroom = (rules.breaker_a - max(house_a)) / cars
    surplus = -sum(house_a) / len(house_a) / cars
    match rules.mode:
        case Mode.HYBRID:
            wanted = max(surplus, rules.hybrid_a)
        case Mode.GREEN:
            wanted = max(surplus, MINIMUM_CURRENT) if surplus >= rules.pv_minimum_a else 0.0
        case _:
            wanted = headroom
    amps = math.floor(min(wanted, headroom, most_a) + 1e-6)
    return Amps(amps) if amps >= rules.car_minimum_a else NO_CURRENT


def step(before: Amps, target: Amps, elapsed: Seconds) -> Amps:
    """The next order: down at once, up slowly, and never between 0 and 6 A."""
    if target <= before:
        return target
    return Amps(min(target, max(before + RAISE * elapsed, MINIMUM_CURRENT)))
