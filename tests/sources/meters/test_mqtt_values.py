"""What comes on several topics as one reading, and how old that is; no broker is needed for it."""

from typing import NamedTuple

import pytest

from chargedeck.hub.meter_records import TopicValue
from chargedeck.sources.meters.mqtt_values import TopicReadings

TOPICS = {
    "power_w": "sum",
    "current_1_a": "i1",
    "current_2_a": "i2",
    "current_3_a": "i3",
    "voltage_1_v": "u1",
}


class Came(NamedTuple):
    topic: str
    at_s: float


def age(wanted: list[str], messages: list[Came]) -> float | None:
    """How old the reading is that the last message makes; None where it makes none."""
    readings = TopicReadings([TopicValue(name, "value", TOPICS[name]) for name in wanted], None)
    answer = None
    for topic, at_s in messages:
        answer = readings.take(topic, b"7", at_s)
    return None if answer is None else answer.age_s


PHASES = ["current_1_a", "current_2_a", "current_3_a"]
ALL_PHASES = [Came("i1", 100), Came("i2", 100), Came("i3", 100)]


@pytest.mark.parametrize(
    ("wanted", "messages", "seconds"),
    [
        pytest.param(["power_w"], [Came("sum", 100)], 0, id="one value"),
        pytest.param(PHASES, ALL_PHASES, 0, id="all at once"),
        pytest.param(PHASES, ALL_PHASES[:2], None, id="one has never come"),
        pytest.param(PHASES, [*ALL_PHASES, Came("i1", 109), Came("i2", 109)], 9, id="one has been silent"),
        pytest.param(PHASES, [*ALL_PHASES, Came("i1", 111), Came("i2", 111)], None, id="for too long"),
        pytest.param(PHASES, [Came("i3", 97), *ALL_PHASES[:2]], 3, id="one is always earlier"),
        pytest.param(
            ["power_w", *PHASES, "voltage_1_v"],
            [Came("u1", 91), Came("sum", 92), *ALL_PHASES],
            0,
            id="a sum and a voltage make no current old",
        ),
        pytest.param(["power_w", "voltage_1_v"], [Came("u1", 95), Came("sum", 99)], 4, id="without phases"),
    ],
)
def test_a_reading_is_as_old_as_its_oldest_value(
    wanted: list[str], messages: list[Came], seconds: float | None
) -> None:
    assert age(wanted, messages) == seconds
