"""A cause in English words, as another program would write them from its code and values alone."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo

from chargedeck.domain.causes import Value
from chargedeck.domain.limits import Rung

Values = Mapping[str, Value]


def told_by_cause(rung: Rung | None, zone: tzinfo = UTC) -> Rung:
    """The rung, whose words are those of its cause."""
    assert rung is not None
    assert rung.cause is not None
    assert rung.detail == _WORDS[rung.cause.code](rung.cause.values, zone)
    return rung


def _clock(value: Value, zone: tzinfo) -> str:
    assert str(value).endswith("Z")
    return f"{datetime.fromisoformat(str(value)).astimezone(zone):%a %H:%M}"


def _until(words: str) -> Callable[[Values, tzinfo], str]:
    return lambda v, zone: f"{words} until {_clock(v['until'], zone)}" if "until" in v else words


def _circuit(v: Values) -> Value:
    return v["circuit"] or "house"


def _full(v: Values, _: tzinfo) -> str:
    parts = []
    if "load_a" in v:
        lately = f" in the last {v['minutes']} min" if "minutes" in v else ""
        parts.append(f"{_circuit(v)} {v['load_a']} A{lately}")
    if "others_a" in v:
        parts.append(f"other cars {v['others_a']} A")
    return f"{v['current_a']:g} A: {' and '.join(parts)} of {v['rating_a']:g} A on L{v['phase']}"


def _delay(v: Values, zone: tzinfo) -> str:
    starts = f"random delay: starts in {v['seconds']} s" if "seconds" in v else ""
    return starts or _until("random delay")(v, zone)


def _sun(v: Values, _: tzinfo) -> str:
    least = f", at least {v['least_a']:g} A" if "least_a" in v else ""
    needed = f" of {v['needed_kw']:.1f} kW" if "needed_kw" in v else ""
    return f"sun {v['power_kw']:.1f} kW{least}{needed}"


def _cheaper(v: Values, zone: tzinfo) -> str:
    words = f"{v['price_then']:.3f} per kWh {_clock(v['at'], zone)}, {v['price_now']:.3f} now"
    return f"{words}, estimated" if "estimated" in v else words


_WORDS: Mapping[str, Callable[[Values, tzinfo], str]] = {
    "forbidden_hours": _until("forbidden hours"),
    "outside_allowed_hours": _until("outside the allowed hours"),
    "start_delay": _delay,
    "solar_surplus": lambda v, _: f"solar surplus of {v['power_kw']:.1f} kW",
    "enough_for_now": lambda v, _: f"{v['energy_kwh']:.1f} kWh are enough for now",
    "charged_as_planned": lambda _, __: "charged as planned",
    "solar_expected": lambda v, zone: (
        f"solar surplus of {v['power_kw']:.1f} kW expected {_clock(v['at'], zone)}"
    ),
    "cheaper_later": _cheaper,
    "raised_slowly": lambda v, _: f"{v['current_a']:g} A: raised slowly",
    "meter_silent": lambda v, _: f"{v['current_a']:g} A: the meter of {_circuit(v)} is silent",
    "circuit_power": lambda v, _: f"{v['current_a']:g} A: {_circuit(v)} may take {v['power_kw']:g} kW",
    "circuit_unbalance": lambda v, _: (
        f"{v['current_a']:g} A: the phases of {_circuit(v)} may differ by {v['unbalance_a']:g} A"
    ),
    "circuit_full": _full,
    "sun": _sun,
    "operator_allows": lambda v, _: f"the grid operator allows {v['power_kw']:.1f} kW",
}
