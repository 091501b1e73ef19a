"""What is veiled: every member of a charger is decided on, and what is veiled is gone."""

from dataclasses import fields

import pytest

from chargedeck.hub.privacy import HIDDEN, PUBLIC, embedded, veiled
from chargedeck.hub.views import ChargerView


def test_somebody_has_decided_on_every_member_of_a_charger() -> None:
    assert {field.name for field in fields(ChargerView)} == PUBLIC | HIDDEN.keys()
    assert not PUBLIC & HIDDEN.keys()


def test_others_see_that_a_charger_is_busy_and_not_with_whom() -> None:
    plain = {"id": "garage", "status": "charging", "session": {"id": "s1"}, "soc_ratio": 0.5, "new": 1}
    assert veiled("charger", plain) == {"id": "garage", "status": "charging", **HIDDEN}


@pytest.mark.parametrize(
    ("by", "left"),
    [
        pytest.param({"kind": "card"}, [], id="somebody's: nothing is left to do"),
        pytest.param({"kind": "plug_and_charge"}, ["stop"], id="nobody's"),
        pytest.param(None, ["stop"], id="nobody knows whose"),
    ],
)
def test_a_driver_is_offered_no_command_that_would_be_refused(
    by: dict[str, str] | None, left: list[str]
) -> None:
    found = veiled("charger", {"id": "garage", "actions": ["stop"], "session": {"authorized_by": by}})
    assert found is not None
    assert found["actions"] == left


@pytest.mark.parametrize("energy", [None, {"at": "now", "grants": [{"name": "Garage"}]}])
def test_others_see_the_flow_of_a_station_and_not_who_got_what(energy: dict[str, object] | None) -> None:
    found = veiled("station", {"id": "home", "energy": energy})
    assert found == {"id": "home", "energy": None if energy is None else {"at": "now", "grants": []}}


def test_a_session_is_seen_by_its_own_alone() -> None:
    assert veiled("session", {"id": "s1"}) is None


SECRET = "a secret"
PLAIN = {
    **dict.fromkeys(PUBLIC | HIDDEN.keys(), SECRET),
    "name": "Garage",
    "status": "charging",
    "status_reason": None,
    "power_w": 7_360.0,
    "allowed_current_a": 16,
    "seen_at": "now",
    "phases": [{"current_a": None, "voltage_v": 230}, {"current_a": 9.5}, {"current_a": 10.5}],
    "session": {"id": SECRET, "energy_wh": 5_120.0, "authorized_by": {"label": SECRET}, "cost": SECRET},
    "limit": {"current_a": 13, "reason": "load_balancing", "binding": True, "ladder": [SECRET]},
    "errors": [{"type": "device_hot", "severity": "warning", "detail": SECRET, "since": SECRET}],
}


def test_strangers_see_what_a_charger_does_and_nothing_of_who_does_it() -> None:
    assert embedded("e1", PLAIN) == {
        "id": "e1",
        "name": "Garage",
        "status": "charging",
        "status_reason": None,
        "power_w": 7_360.0,
        "current_a": 10.5,
        "allowed_current_a": 16,
        "session": {"energy_wh": 5_120.0},
        "limit": {"current_a": 13, "reason": "load_balancing", "binding": True},
        "errors": [{"type": "device_hot", "severity": "warning"}],
        "seen_at": "now",
    }
    idle = embedded("e1", PLAIN | {"session": None, "phases": [], "errors": []})
    assert (idle["session"], idle["current_a"], idle["errors"]) == (None, None, [])
