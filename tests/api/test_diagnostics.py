"""The log that goes into the server's diagnostics calls no device by its name."""

import pytest

from chargedeck.api.routes.diagnostics import without_places

GARAGE = {
    "id": "garage",
    "name": "Ada's garage",
    "address": "192.168.1.40",
    "serial": "S1",
    "hardware_id": None,
}
YARD = {"id": "garage-2", "name": "Yard", "address": None, "serial": None, "hardware_id": "ab12"}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("garage: gone for good", "(device 1): gone for good"),
        ("garage-2: gone for good", "(device 2): gone for good"),
        ("Ada's garage calls from 192.168.1.40:5000", "(device 1) calls from (device 1):5000"),
        ("ab12 instead of S1", "(device 2) instead of (device 1)"),
        ("garages and 192.168.1.401", "garages and 192.168.1.401"),
    ],
)
def test_a_line(line: str, shown: str) -> None:
    assert without_places([line], [GARAGE, YARD]) == [shown]


def test_without_devices_there_is_nothing_to_hide() -> None:
    assert without_places(["garage"], []) == ["garage"]
