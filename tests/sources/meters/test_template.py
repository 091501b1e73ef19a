"""The small language for the place of a value in a message."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chargedeck.sources.meters.template import LONGEST, TemplateError, template

TASMOTA = {"Time": "2026-06-01T12:00:00", "ENERGY": {"Power": 512, "Voltage": [229, 230, 231]}}
DSMR = {"power_delivered": 1.25, "power_returned": 0.25, "1-0:16.7.0": 7, "text": "12.5", "on": True}


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ("value", 230.5, 230.5),
        ("value", "230.5", 230.5),
        ("ENERGY.Power", TASMOTA, 512),
        ("value.ENERGY.Power", TASMOTA, 512),
        ("{{ value_json.ENERGY.Power }}", TASMOTA, 512),
        ("{{value_json.ENERGY.Power|float}}", TASMOTA, 512),
        ('value_json["ENERGY"]["Power"]', TASMOTA, 512),
        ("ENERGY.Voltage[2]", TASMOTA, 231),
        ("[1].x", [0, {"x": 3}], 3),
        ('["1-0:16.7.0"]', DSMR, 7),
        ("['1-0:16.7.0']", DSMR, 7),
        ("1000 * (power_delivered - power_returned)", DSMR, 1000),
        ("-power_delivered", DSMR, -1.25),
        ("-(1 + 2) * 3", None, -9),
        ("8 - 4 - 2", None, 2),
        ("8 / 4 / 2", None, 1),
        ("1 + 2 * 3.5", None, 8),
        ("text", DSMR, 12.5),
    ],
)
def test_what_it_finds(text: str, message: Any, value: float) -> None:
    assert template(text)(message) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("{{ }}", "is empty"),
        ("a b", "at 'b'"),
        ("1 +", "ends too early"),
        ("(1", "ends too early"),
        ("a.", "ends too early"),
        ("a.1", "cannot be understood"),
        ("a[", "ends too early"),
        ("a[b]", "at 'b'"),
        ("a[1.5]", "at '1.5'"),
        ("a['x'", "ends too early"),
        ("a; b", "from '; b' on"),
        ("open('/etc/passwd')", "at '('"),
        ("value_json.x | int", "from '| int' on"),
        ("'text'", "at ''text''"),
        ("a" * (LONGEST + 1), "longer than"),
    ],
)
def test_what_it_does_not_understand(text: str, words: str) -> None:
    with pytest.raises(TemplateError) as found:
        template(text)
    assert words in str(found.value)


@pytest.mark.parametrize(
    ("text", "message", "words"),
    [
        ("ENERGY.Total", TASMOTA, "looks for ENERGY.Total, and the message has only ENERGY, Time"),
        ("ENERGY.Voltage[3]", TASMOTA, "looks for ENERGY.Voltage[3]"),
        ("power", 5, "looks for power, and the message has nothing like it"),
        ("power", [1, 2], "has a list of 2"),
        ("Time", TASMOTA, "finds no number at Time"),
        ("on", DSMR, "finds no number at on"),
        ("value", TASMOTA, "finds no number at value"),
        ("value", "nan", "finds no number"),
        ("1 / (2 - 2)", None, "divides by 0"),
    ],
)
def test_a_message_without_the_value(text: str, message: Any, words: str) -> None:
    with pytest.raises(TemplateError) as found:
        template(text)(message)
    assert words in str(found.value)


@given(
    text=st.text("ab.[]()+-*/0123'\" _{}|", max_size=60), message=st.sampled_from([TASMOTA, DSMR, 1, None])
)
def test_whatever_somebody_types_is_understood_or_refused(text: str, message: Any) -> None:
    try:
        found = template(text)(message)
    except TemplateError:
        return
    assert isinstance(found, float)
