"""Sampled values as devices send them, and the reading that they make."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16 import measurands
from chargedeck.chargers.ocpp16.measurands import Signed
from chargedeck.domain.reading import PhaseReading, Reading, Spread
from chargedeck.domain.units import Amps, WattHours

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def sample(value: str, measurand: str | None = None, **more: str) -> dict[str, str]:
    return {"value": value, **({} if measurand is None else {"measurand": measurand}), **more}


def read(*samples: dict[str, str]) -> Reading:
    return measurands.reading({"timestamp": "2026-11-22T12:00:00Z", "sampledValue": list(samples)})[0]


def phases(*samples: dict[str, str]) -> tuple[PhaseReading, ...]:
    return read(*samples).phases


def phase(number: int, *values: Any) -> PhaseReading:
    return PhaseReading(number, *values)


ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"


@pytest.mark.parametrize(
    ("given_sample", "register_wh"),
    [
        pytest.param(sample("1234"), 1234, id="nothing but a value: Wh of the register"),
        pytest.param(sample("1234", ENERGY), 1234, id="no unit: Wh"),
        pytest.param(sample("1234", ENERGY, unit="Wh"), 1234, id="Wh"),
        pytest.param(sample("1.234", ENERGY, unit="kWh"), 1234, id="kWh"),
        pytest.param(sample("1234", unit="Wh", location="Outlet"), 1234, id="at the outlet"),
        pytest.param(sample("  1234.5 ", ENERGY), 1234.5, id="padded with blanks"),
        pytest.param(sample("1234,5", ENERGY), 1234.5, id="decimal comma"),
        pytest.param(sample("1.234,5", ENERGY), 1234.5, id="thousands with points"),
        pytest.param(sample("1,234.5", ENERGY), 1234.5, id="thousands with commas"),
        pytest.param(sample("1'234'567", ENERGY), 1234567, id="thousands with apostrophes"),
        pytest.param(sample("1,234,567", ENERGY), 1234567, id="millions with commas"),
        pytest.param(sample("1.234.567", ENERGY), 1234567, id="millions with points"),
        pytest.param(sample("12.5 kWh", ENERGY, unit="kWh"), 12500, id="with its unit behind it"),
        pytest.param(sample("1.2345e3", ENERGY), 1234.5, id="with an exponent"),
        pytest.param(sample("0", ENERGY), 0, id="zero is a value"),
        pytest.param(sample("1234", ENERGY, context="Transaction.Begin"), 1234, id="Transaction.Begin"),
        pytest.param(sample("1234", ENERGY, context="Transaction.End"), 1234, id="Transaction.End"),
        pytest.param(sample("1234", ENERGY, context="Sample.Clock"), 1234, id="Sample.Clock"),
        pytest.param(
            sample("1234", ENERGY, location="Inlet"), None, id="energy at the inlet is the device's"
        ),
        pytest.param(sample("1234", ENERGY, location="EV"), None, id="energy in the car is the car's"),
        pytest.param(sample("1234", "Energy.Active.Import.Interval"), None, id="an interval is no register"),
        pytest.param(sample("1234", "Energy.Active.Export.Register"), None, id="export is not import"),
        pytest.param(
            sample("1234", "Energy.Reactive.Import.Register", unit="varh"), None, id="reactive energy"
        ),
        pytest.param(sample("-5", ENERGY), None, id="a register counts from zero"),
        pytest.param(sample("1e15", ENERGY), None, id="more than any meter counts"),
        pytest.param(sample("NaN", ENERGY), None, id="not a number"),
        pytest.param(sample("Infinity", ENERGY), None, id="endless"),
        pytest.param(sample("", ENERGY), None, id="empty"),
        pytest.param(sample("n/a", ENERGY), None, id="words"),
        pytest.param(sample("--", ENERGY), None, id="dashes"),
        pytest.param(sample("9" * 500, ENERGY), None, id="500 figures"),
    ],
)
def test_registers(given_sample: dict[str, str], register_wh: float | None) -> None:
    assert read(given_sample).register_wh == register_wh


@pytest.mark.parametrize(
    ("samples", "register_wh"),
    [
        pytest.param(
            [
                sample("10", ENERGY, phase="L1"),
                sample("20", ENERGY, phase="L2"),
                sample("30", ENERGY, phase="L3"),
            ],
            60,
            id="phases are summed where there is no whole",
        ),
        pytest.param(
            [sample("10", ENERGY, phase="L1-N"), sample("20", ENERGY, phase="L2-N")],
            30,
            id="whatever they are called",
        ),
        pytest.param(
            [sample("10", ENERGY, phase="L1"), sample("61", ENERGY), sample("20", ENERGY, phase="L2")],
            61,
            id="the whole counts where there is one",
        ),
        pytest.param(
            [
                sample("100", ENERGY, context="Transaction.Begin"),
                sample("900", ENERGY, context="Transaction.End"),
            ],
            900,
            id="begin and end in one message",
        ),
        pytest.param(
            [
                sample("900", ENERGY, context="Transaction.End"),
                sample("100", ENERGY, context="Transaction.Begin"),
            ],
            900,
            id="in any order",
        ),
        pytest.param([sample("10", ENERGY, phase="L1-L2")], None, id="between phases there is no energy"),
    ],
)
def test_registers_by_phase(samples: list[dict[str, str]], register_wh: float | None) -> None:
    assert read(*samples).register_wh == register_wh


@pytest.mark.parametrize(
    ("samples", "power_w"),
    [
        ([sample("3600.5", POWER, unit="W")], 3600.5),
        ([sample("3600.5", POWER)], 3600.5),
        ([sample("7.4", POWER, unit="kW")], 7400),
        ([sample("1000", POWER, phase="L1"), sample("2000", POWER, phase="L2")], 3000),
        ([sample("-500", POWER)], -500),
        ([sample("3600", POWER, location="Inlet")], None),
        ([sample("3600", "Power.Offered")], None),
        ([sample("3600", "Power.Active.Export")], None),
        ([sample("10", "Current.Import", phase="L1"), sample("230", "Voltage", phase="L1-N")], 2300),
        (
            [
                sample("10", "Current.Import", phase="L1"),
                sample("230", "Voltage", phase="L1"),
                sample("0.5", "Power.Factor", phase="L1"),
            ],
            1150,
        ),
        ([sample("10", "Current.Import", phase=f"L{n}") for n in (1, 2)] + [sample("230", "Voltage")], None),
        ([sample("230", "Voltage")], None),
        ([], None),
    ],
)
def test_power(samples: list[dict[str, str]], power_w: float | None) -> None:
    """Computed only where a phase has all that it takes, for every phase that carries current."""
    assert read(*samples).power_w == power_w


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        pytest.param(
            [
                sample("16.0", "Current.Import", phase="L1", unit="A"),
                sample("230.1", "Voltage", phase="L1-N"),
            ],
            (phase(1, 230.1, 16.0),),
            id="one phase",
        ),
        pytest.param(
            [sample(f"{n}", "Current.Import", phase=f"L{n}") for n in (1, 2, 3)],
            (phase(1, None, 1.0), phase(2, None, 2.0), phase(3, None, 3.0)),
            id="three phases",
        ),
        pytest.param([sample("16", "Current.Import")], (phase(1, None, 16.0),), id="no phase is the first"),
        pytest.param(
            [sample("48", "Current.Import"), sample("16", "Current.Import", phase="L2")],
            (phase(2, None, 16.0),),
            id="a whole beside phases is a sum",
        ),
        pytest.param(
            [sample("400", "Voltage", phase="L1-L2"), sample("230", "Voltage", phase="L1-N")],
            (phase(1, 230.0),),
            id="the voltage between phases is none of a phase",
        ),
        pytest.param([sample("3", "Current.Import", phase="N")], (), id="the neutral is no phase"),
        pytest.param(
            [
                sample("95", "Power.Factor", phase="L1", unit="Percent"),
                sample("6", "Current.Import", phase="L1"),
            ],
            (phase(1, None, 6.0, None, 0.95),),
            id="a factor in per cent",
        ),
        pytest.param(
            [sample("0.9", "Power.Factor"), sample("6", "Current.Import", phase="L1")],
            (phase(1, None, 6.0, None, 0.9),),
            id="a factor without a phase",
        ),
        pytest.param([sample("0.9", "Power.Factor", phase="L2")], (), id="a factor alone is no phase"),
        pytest.param([sample("20000", "Current.Import", phase="L1")], (), id="no cable carries that"),
        pytest.param([sample("-1", "Voltage", phase="L1")], (), id="no voltage is negative"),
        pytest.param([sample("16", "Current.Export", phase="L1")], (), id="what flows back is not drawn"),
    ],
)
def test_phases(samples: list[dict[str, str]], expected: tuple[PhaseReading, ...]) -> None:
    assert phases(*samples) == expected


CURRENT = "Current.Import"


@pytest.mark.parametrize(
    ("samples", "spread"),
    [
        pytest.param([sample("16", CURRENT), sample("11040", POWER)], Spread.ANY, id="over all"),
        pytest.param([sample("16", CURRENT), sample("3.6", POWER, unit="kW")], Spread.ONE, id="on one"),
        pytest.param(
            [sample("16", CURRENT), sample("230", "Voltage")], Spread.ANY, id="no power is measured"
        ),
        pytest.param(
            [sample("16", CURRENT), *(sample("3600", POWER, phase=f"L{n}") for n in (1, 2, 3))],
            Spread.TOLD,
            id="the power by phase",
        ),
        pytest.param(
            [sample("16", CURRENT), *(sample("5", ENERGY, phase=f"L{n}") for n in (1, 2, 3))],
            Spread.ANY,
            id="the register by phase",
        ),
        pytest.param([sample("16", CURRENT, phase="L1"), sample("3600", POWER)], Spread.TOLD, id="named"),
        pytest.param(
            [
                sample("9.6", CURRENT, phase="L1"),
                *(sample("233", "Voltage", phase=f"L{n}") for n in (1, 2, 3)),
                sample("6.6", POWER, unit="kW"),
            ],
            Spread.ANY,
            id="one current for three voltages",
        ),
        pytest.param(
            [sample("15", CURRENT, phase="N"), sample("231", "Voltage", phase="L1-N")],
            Spread.TOLD,
            id="the voltage alone is named",
        ),
        pytest.param([sample("230", "Voltage")], Spread.ANY, id="a voltage without a phase"),
        pytest.param([sample("1234")], Spread.TOLD, id="nothing of a phase"),
    ],
)
def test_where_a_current_may_flow(samples: list[dict[str, str]], spread: Spread) -> None:
    assert read(*samples).spread is spread


@pytest.mark.parametrize(
    ("samples", "temperature_c"),
    [
        ([sample("31.5", "Temperature", unit="Celsius")], 31.5),
        ([sample("31.5", "Temperature", unit="Celcius")], 31.5),
        ([sample("31.5", "Temperature")], 31.5),
        ([sample("300.15", "Temperature", unit="K")], 27),
        ([sample("212", "Temperature", unit="Fahrenheit")], 100),
        ([sample("31", "Temperature", location="Body"), sample("45", "Temperature", location="Cable")], 45),
        ([sample("31", "Temperature", location="EV")], None),
        ([sample("900", "Temperature")], None),
        ([sample("0", "Temperature", unit="Fahrenheit")], -17.7778),
    ],
)
def test_temperatures(samples: list[dict[str, str]], temperature_c: float | None) -> None:
    found = read(*samples).temperature_c
    assert found == (None if temperature_c is None else pytest.approx(temperature_c, abs=1e-3))


def test_the_cars_charge_and_what_it_is_offered() -> None:
    reading = read(
        sample("17", "SoC", unit="Percent", location="EV"),
        sample("16", "Current.Offered", phase="L1"),
        sample("13", "Current.Offered", phase="L2"),
    )
    assert reading.soc_ratio == pytest.approx(0.17)
    assert reading.offered_a == Amps(16)
    assert read(sample("120", "SoC")).soc_ratio is None


def test_signed_values_are_kept_as_they_are_and_measure_nothing() -> None:
    value = {
        "timestamp": "2026-11-22T12:00:00Z",
        "sampledValue": [
            sample("OCMF|{}|{}", ENERGY, format="SignedData", context="Transaction.Begin"),
            sample("AAECAw==", "Frequency", format="SignedData"),
            sample("1234", ENERGY, format="Raw"),
        ],
    }
    reading, signed = measurands.reading(value)
    assert reading == Reading(NOON, WattHours(1234))
    assert signed == (Signed("Transaction.Begin", "OCMF|{}|{}"), Signed("Sample.Periodic", "AAECAw=="))


def every(field: str) -> list[str]:
    schema = Schemas("v16", ()).request("MeterValues")["properties"]["meterValue"]["items"]
    values: list[str] = schema["properties"]["sampledValue"]["items"]["properties"][field]["enum"]
    return values


@pytest.mark.parametrize("measurand", every("measurand"))
def test_every_measurand_is_understood_with_every_unit_phase_location_and_context(measurand: str) -> None:
    for field in ("unit", "phase", "location", "context", "format"):
        for word in every(field):
            assert read(sample("1", measurand, **{field: word})).at == NOON


SAMPLES: Any = st.lists(
    st.fixed_dictionaries(
        {"value": st.text() | st.floats().map(str)},
        optional={
            field: st.sampled_from(every(field)) for field in ("measurand", "phase", "unit", "location")
        },
    ),
    max_size=8,
)


@given(SAMPLES)
def test_no_valid_sample_raises_or_makes_an_absurd_reading(samples: list[dict[str, str]]) -> None:
    reading = read(*samples)
    if reading.register_wh is not None:
        assert 0 <= reading.register_wh <= 3e12
    for phase in reading.phases:
        assert phase.current_a is None or abs(phase.current_a) <= 1e4
        assert phase.voltage_v is None or 0 <= phase.voltage_v <= 2e3
    assert reading.soc_ratio is None or 0 <= reading.soc_ratio <= 1
