"""What a device says of its configuration, and what is asked of it in turn."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.chargers.ocpp16.configuration import SAMPLE_LISTS, Configuration, RateUnit, chunks


def configured(**values: str | None) -> Configuration:
    configuration = Configuration()
    keys = [{"key": key, "readonly": False, "value": value} for key, value in values.items()]
    configuration.learn({"configurationKey": keys})
    return configuration


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ("Current", (RateUnit.AMPS,)),
        ("Power", (RateUnit.WATTS,)),
        ("Current,Power", (RateUnit.AMPS, RateUnit.WATTS)),
        ("Power, Current", (RateUnit.AMPS, RateUnit.WATTS)),
        ("A", (RateUnit.AMPS,)),
        ("W", (RateUnit.WATTS,)),
        ("", (RateUnit.AMPS, RateUnit.WATTS)),
        ("Joule", (RateUnit.AMPS, RateUnit.WATTS)),
        (None, (RateUnit.AMPS, RateUnit.WATTS)),
    ],
)
def test_units(value: str | None, units: tuple[RateUnit, ...]) -> None:
    assert configured(ChargingScheduleAllowedChargingRateUnit=value).rate_units == units


@pytest.mark.parametrize(
    ("value", "connectors"),
    [("1", 1), (" 2 ", 2), ("0", None), ("99", None), ("x", None), ("inf", None), (None, None)],
)
def test_connectors(value: str | None, connectors: int | None) -> None:
    assert configured(NumberOfConnectors=value).connectors == connectors


@pytest.mark.parametrize(("value", "level"), [("8", 8), ("0", 0), ("-3", 0), ("", 0), (None, 0)])
def test_stack_level(value: str | None, level: int) -> None:
    assert configured(ChargeProfileMaxStackLevel=value).stack_level == level


@pytest.mark.parametrize(
    ("value", "reserves"),
    [("Core,Reservation", True), ("Core, reservation", True), ("Core", False), (None, False)],
)
def test_reservations(value: str | None, reserves: bool) -> None:
    assert configured(SupportedFeatureProfiles=value).reserves is reserves


def joined(count: int) -> str:
    return ",".join(SAMPLE_LISTS[count])


@pytest.mark.parametrize(
    ("present", "most", "first", "count"),
    [
        pytest.param(None, None, joined(0), len(SAMPLE_LISTS), id="nothing known: the longest list first"),
        pytest.param(joined(0), None, None, 0, id="already so: nothing to write"),
        pytest.param(
            ", ".join(reversed(SAMPLE_LISTS[0])),
            None,
            None,
            0,
            id="in another order with blanks: nothing to write",
        ),
        pytest.param(joined(4), None, joined(0), 4, id="what was taken before ends the trying"),
        pytest.param(None, "4", joined(4), len(SAMPLE_LISTS) - 4, id="a device that takes four"),
        pytest.param(
            "Energy.Active.Import.Register.L1,SoC",
            None,
            joined(0),
            len(SAMPLE_LISTS) - 1,
            id="phases in a name",
        ),
    ],
)
def test_sampled_data(present: str | None, most: str | None, first: str | None, count: int) -> None:
    configuration = configured(MeterValuesSampledData=present, MeterValuesSampledDataMaxLength=most)
    tried = list(configuration.sampled_data())
    assert (tried[0] if tried else None, len(tried)) == (first, count)


@pytest.mark.parametrize(
    ("present", "tried"),
    [
        ("60", ["2", "5", "10", "15", "30"]),
        ("5", ["2"]),
        ("2", []),
        ("1", []),
        ("0", ["2", "5", "10", "15", "30", "60"]),
        (None, ["2", "5", "10", "15", "30", "60"]),
    ],
)
def test_sample_intervals(present: str | None, tried: list[str]) -> None:
    assert list(configured(MeterValueSampleInterval=present).sample_intervals()) == tried


def test_what_is_fixed_is_not_written() -> None:
    configuration = Configuration()
    keys = (
        "MeterValuesSampledData",
        "MeterValueSampleInterval",
        "WebSocketPingInterval",
        "HeartbeatInterval",
    )
    entries = [{"key": key, "readonly": True, "value": "0"} for key in keys]
    configuration.learn({"configurationKey": entries})
    assert not list(configuration.sampled_data())
    assert not list(configuration.sample_intervals())
    assert not list(configuration.others(60))


@pytest.mark.parametrize(
    ("values", "writes"),
    [
        ({}, []),
        ({"WebSocketPingInterval": "0"}, [("WebSocketPingInterval", "60")]),
        ({"WebSocketPingInterval": "3600"}, [("WebSocketPingInterval", "60")]),
        ({"WebSocketPingInterval": "30"}, []),
        ({"HeartbeatInterval": "86400"}, [("HeartbeatInterval", "60")]),
        ({"HeartbeatInterval": "60"}, []),
        ({"HeartbeatInterval": "10"}, []),
    ],
)
def test_other_keys_are_written_where_it_matters(
    values: dict[str, str], writes: list[tuple[str, str]]
) -> None:
    assert list(configured(**values).others(60)) == writes


@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists, max_leaves=5))
)
def test_no_answer_raises(answer: dict[str, Any]) -> None:
    Configuration().learn({**answer, "configurationKey": list(answer.values())})
    Configuration().learn(answer)


def test_portions() -> None:
    assert [list(part) for part in chunks("abcde", 2)] == [["a", "b"], ["c", "d"], ["e"]]
