"""Home Assistant's discovery messages: complete, allowed, and with templates that it can render."""

import json
import re
from typing import Any

import jinja2
import msgspec
import pytest

from chargedeck.api.examples import CHARGER
from chargedeck.mqtt.discovery import ENTITIES, Payload, discovery, node_of

SHOWN: dict[str, Any] = msgspec.to_builtins(CHARGER)

COMMON = {
    *("name", "unique_id", "object_id", "device", "origin", "availability", "availability_mode", "qos"),
    *("entity_category", "icon", "device_class"),
}
MEASURED = {"state_topic", "value_template", "unit_of_measurement", "state_class"}
PLATFORMS = {
    "sensor": MEASURED | {"options", "suggested_display_precision", "suggested_unit_of_measurement"},
    "binary_sensor": {"state_topic", "value_template"},
    "button": {"command_topic"},
    "number": {*MEASURED, "command_topic", "min", "max", "step", "mode"} - {"state_class"},
    "switch": {"state_topic", "value_template", "command_topic"},
}
"""The keys that Home Assistant's schemas of these platforms know, of those that a charger can need."""
UNITS = {
    "power": {"W"},
    "energy": {"Wh"},
    "current": {"A"},
    "voltage": {"V"},
    "temperature": {"°C"},
    "duration": {"s"},
}
"""What Home Assistant takes for a device class; another unit would be refused there."""
STATE_CLASSES = {"energy": {"total", "total_increasing"}}

_ids = [f"{entity.platform} {entity.key}" for entity in ENTITIES]


def told(key: str) -> Payload:
    found = discovery(SHOWN)
    (payload,) = [one for topic, one in found.items() if topic.endswith(f"/{key}/config")]
    return payload


def rendered(template: str, state: dict[str, Any]) -> str:
    """The template as Home Assistant renders it: Jinja on the JSON of the state topic."""
    value_json = json.loads(json.dumps(state))
    return jinja2.Environment(autoescape=False).from_string(template).render(value_json=value_json)


@pytest.mark.parametrize("entity", ENTITIES, ids=_ids)
def test_every_message_is_one_that_home_assistant_takes(entity: Any) -> None:
    payload = told(entity.key)
    assert set(payload) <= COMMON | PLATFORMS[entity.platform]
    assert re.fullmatch(r"[A-Za-z0-9_-]+", payload["unique_id"])
    assert payload["device"]["identifiers"] == ["chargedeck_garage"]
    device_class, unit = payload.get("device_class"), payload.get("unit_of_measurement")
    assert unit is None or unit in UNITS[str(device_class)]
    allowed = STATE_CLASSES.get(str(device_class), {"measurement"})
    assert payload.get("state_class") in {*allowed, None}
    assert ("command_topic" in payload) is (entity.verb is not None)
    if device_class == "enum":
        assert rendered(payload["value_template"], SHOWN) in payload["options"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "charging"),
        ("status_reason", "none"),
        ("power", "7360.0"),
        ("session_energy", "5123.0"),
        ("charging_time", "2410"),
        ("limit", "16.0"),
        ("limit_reason", "user"),
        ("allowed_current", "16"),
        ("plugged", "ON"),
        ("connected", "ON"),
        ("locked", "OFF"),
        ("error_overcurrent", "OFF"),
        ("voltage_l1", "230.1"),
        ("current_l3", "None"),
        ("lifetime_energy", "1861119.0"),
    ],
)
def test_a_value_is_that_of_the_api(key: str, value: str) -> None:
    assert rendered(told(key)["value_template"], SHOWN) == value


def test_without_a_session_and_with_an_error() -> None:
    state = SHOWN | {"session": None, "errors": [{"type": "overcurrent"}], "connection": {"online": False}}
    assert rendered(told("session_energy")["value_template"], state) == "None"
    assert rendered(told("error_overcurrent")["value_template"], state) == "ON"
    availability = told("start")["availability"][1]
    assert rendered(availability["value_template"], state) == "offline"
    assert len(told("status")["availability"]) == 1, "an offline charger is shown as offline, not as missing"


def test_the_energy_dashboard_can_use_the_lifetime_energy() -> None:
    energy = told("lifetime_energy")
    assert (energy["device_class"], energy["state_class"]) == ("energy", "total_increasing")


def test_the_number_goes_as_far_as_the_installation() -> None:
    current = told("allowed_current")
    assert (current["min"], current["max"]) == (6, SHOWN["installation_current_a"])


def test_no_two_chargers_and_no_two_entities_share_an_id() -> None:
    names = ["garage", "gar age", "gar_age", "gar/age", "garage~2"]
    assert len({node_of(name) for name in names}) == len(names)
    ids = [payload["unique_id"] for name in names for payload in discovery(SHOWN | {"id": name}).values()]
    assert len(set(ids)) == len(ids)
