"""An energy module's answers to the words of the domain: signed readings, and its balancing settings."""

from collections.abc import Mapping
from datetime import datetime

from chargedeck.chargers.lektrico import wire
from chargedeck.chargers.lektrico.wire import Payload
from chargedeck.domain.meter import MeterPhase, MeterReading, signed, total
from chargedeck.domain.units import Amps, Ratio, Volts, Watts
from chargedeck.hub.unit_settings import BalancingMode, LoadBalancing

MODES = {
    0: BalancingMode.OFF,
    1: BalancingMode.POWER,
    2: BalancingMode.HYBRID,
    3: BalancingMode.GREEN,
    4: BalancingMode.POWER_SHARE,
}
_NUMBERS = {mode: number for number, mode in MODES.items()}

KEYS: Mapping[str, str] = {
    "mode": "load_balancing_mode",
    "breaker_rating_a": "breaker_rating",
    "meter_type": "lb_meter_type",
    "pv_minimum_current_a": "lb_pv_minimum_current",
    "hybrid_current_a": "lb_hybrid_current",
    "meter_lost_current_a": "lb_meter_offline_current",
    "car_minimum_current_a": "car_minimum_current",
    "reverse_current": "reverse_current",
    "green_single_phase": "green_forced_single_phase",
    "hybrid_single_phase": "hybrid_forced_single_phase",
}
"""Our names and the device's."""

LARGEST_CURRENT_A = 10_000
LARGEST_POWER_W = 1e7


def balancing(config: Payload) -> LoadBalancing:
    """Its settings; a mode that nobody knows is told as such and never written over."""
    mode = wire.integer(config, KEYS["mode"])
    return LoadBalancing(
        mode=None if mode is None else MODES.get(mode, BalancingMode.UNKNOWN),
        breaker_rating_a=_amps(config, "breaker_rating_a"),
        meter_type=wire.text(config, KEYS["meter_type"]),
        pv_minimum_current_a=_amps(config, "pv_minimum_current_a"),
        hybrid_current_a=_amps(config, "hybrid_current_a"),
        meter_lost_current_a=_amps(config, "meter_lost_current_a"),
        car_minimum_current_a=_amps(config, "car_minimum_current_a"),
        reverse_current=wire.flag(config, KEYS["reverse_current"]),
        green_single_phase=wire.flag(config, KEYS["green_single_phase"]),
        hybrid_single_phase=wire.flag(config, KEYS["hybrid_single_phase"]),
    )


def _amps(config: Payload, name: str) -> Amps | None:
    found = wire.number(config, KEYS[name], low=0, high=LARGEST_CURRENT_A)
    return None if found is None else Amps(found)


def written(name: str, value: object) -> tuple[str, object]:
    """A setting as the device's key and value: currents are whole amperes there, modes are numbers."""
    if isinstance(value, BalancingMode):
        return KEYS[name], _NUMBERS[value]
    if isinstance(value, float):
        return KEYS[name], round(value)
    return KEYS[name], value


def reading(info: Payload, at: datetime, *, phases: int) -> MeterReading:
    """What flows at the grid connection; positive is import, as the device has it too."""
    currents = wire.numbers(info, "current", low=-LARGEST_CURRENT_A, high=LARGEST_CURRENT_A)
    voltages = wire.numbers(info, "voltage", low=0, high=1_000)
    powers = wire.numbers(info, "active_p", low=-LARGEST_POWER_W, high=LARGEST_POWER_W)
    factors = wire.numbers(info, "power_factor", low=-1, high=1)
    found = tuple(
        signed(
            MeterPhase(
                place + 1,
                None if (voltage := _at(voltages, place)) is None else Volts(voltage),
                None if (current := _at(currents, place)) is None else Amps(current),
                None if (power := _at(powers, place)) is None else Watts(power),
                None if (factor := _at(factors, place)) is None else Ratio(abs(factor)),
            )
        )
        for place in range(phases)
        if any(_at(values, place) is not None for values in (currents, voltages, powers))
    )
    over_all = wire.number(info, "total_active_power", low=-LARGEST_POWER_W, high=LARGEST_POWER_W)
    return MeterReading(at, found, total(found) if over_all is None else Watts(over_all))


def _at(values: list[float | None], place: int) -> float | None:
    return values[place] if place < len(values) else None
