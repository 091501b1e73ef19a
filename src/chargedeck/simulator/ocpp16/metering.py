"""What the meter of an outlet says in the words of MeterValues; reads only, and never moves time."""

from collections.abc import Callable, Iterable, Iterator

from chargedeck.simulator.outlet import Outlet
from chargedeck.simulator.quirks import Quirk
from chargedeck.simulator.wire import Payload

_Read = Callable[[Outlet], Iterator[tuple[str, str | None]]]
"""Yields values with the phase each one belongs to."""


def _phases(outlet: Outlet) -> range:
    return range(1, outlet.wiring.phases + 1)


def _energy(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield str(int(outlet.register_wh)), None


def _power(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield f"{outlet.power_w:.1f}", None


def _current(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    for phase in _phases(outlet):
        yield f"{outlet.phase_current_a(phase):.2f}", f"L{phase}"


def _voltage(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    for phase in _phases(outlet):
        yield f"{outlet.voltage_v(phase):.1f}", f"L{phase}-N"


def _current_offered(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield f"{outlet.offered_a:.1f}", None


def _power_offered(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield f"{outlet.offered_a * 230 * outlet.active_phases:.0f}", None


def _temperature(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield f"{outlet.temperature_c:.1f}", None


def _soc(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    if outlet.car is not None:
        yield f"{outlet.car.soc * 100:.0f}", None


def _power_factor(outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield f"{outlet.power_factor:.2f}", None


def _frequency(_outlet: Outlet) -> Iterator[tuple[str, str | None]]:
    yield "50.0", None


MEASURANDS: dict[str, tuple[str | None, str | None, _Read]] = {
    # measurand: (unit, location, reading)
    "Energy.Active.Import.Register": ("Wh", "Outlet", _energy),
    "Power.Active.Import": ("W", "Outlet", _power),
    "Current.Import": ("A", "Outlet", _current),
    "Voltage": ("V", "Outlet", _voltage),
    "Current.Offered": ("A", "Outlet", _current_offered),
    "Power.Offered": ("W", "Outlet", _power_offered),
    "Temperature": ("Celsius", "Body", _temperature),
    "SoC": ("Percent", "EV", _soc),
    "Power.Factor": (None, "Outlet", _power_factor),
    "Frequency": (None, "Outlet", _frequency),
}


def sampled_values(
    outlet: Outlet, measurands: Iterable[str], context: str, quirks: frozenset[Quirk] = frozenset()
) -> list[Payload]:
    """The `sampledValue` list; a measurand may ask for one phase only, as in `Voltage-L1`."""
    values: list[Payload] = []
    for asked in measurands:
        measurand, _, only = asked.partition("-L")
        unit, location, read = MEASURANDS[measurand]
        for value, phase in read(outlet):
            if only and phase is not None and not phase.startswith(f"L{only}"):
                continue
            sample: Payload = {
                "value": value,
                "context": context,
                "measurand": measurand,
                "location": location,
            }
            if unit is not None:
                sample["unit"] = unit
            if phase is not None:
                sample["phase"] = phase
            values.append(sample)
    return [_odd(sample, quirks) for sample in values] if quirks else values


def _odd(sample: Payload, quirks: frozenset[Quirk]) -> Payload:
    """The same sample as a less careful firmware sends it."""
    if Quirk.KWH_UNITS in quirks and sample.get("unit") in ("Wh", "W"):
        sample["value"] = f"{float(sample['value']) / 1000:.3f}"
        sample["unit"] = f"k{sample['unit']}"
    if Quirk.PADDED_VALUES in quirks:
        sample["value"] = f" {sample['value']:>9} "
    if Quirk.MISSING_UNITS in quirks:
        sample.pop("unit", None)
    return sample
