"""Outlets under what is said of the device as a whole."""

from datetime import UTC, datetime

import pytest
from tests.chargers.recording import RecordedDesk

from chargedeck.chargers.ocpp16 import mapping
from chargedeck.chargers.ocpp16.status import StatusBoard
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.problems import UnknownResourceError

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Said = tuple[int, str, str]
Told = tuple[OutletState, ErrorType | None]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(
            [(1, "Preparing", "NoError")], {1: [(OutletState.PREPARING, None)]}, id="an outlet's own state"
        ),
        pytest.param(
            [(0, "Available", "NoError")], {1: []}, id="a device in order says nothing of its outlets"
        ),
        pytest.param(
            [(1, "Available", "NoError"), (0, "Faulted", "GroundFailure"), (0, "Available", "NoError")],
            {
                1: [
                    (OutletState.AVAILABLE, None),
                    (OutletState.FAULTED, ErrorType.RESIDUAL_CURRENT),
                    (OutletState.AVAILABLE, None),
                ]
            },
            id="a faulted device takes its idle outlet with it, and gives it back",
        ),
        pytest.param(
            [(1, "Charging", "NoError"), (0, "Available", "PowerMeterFailure")],
            {1: [(OutletState.CHARGING, None), (OutletState.CHARGING, ErrorType.METERING_ERROR)]},
            id="an error of the device is one of an outlet that charges",
        ),
        pytest.param(
            [(1, "Charging", "NoError"), (0, "Faulted", "InternalError")],
            {1: [(OutletState.CHARGING, None), (OutletState.CHARGING, ErrorType.SYSTEM_ERROR)]},
            id="an outlet that charges knows better",
        ),
        pytest.param(
            [(0, "Available", "OverVoltage"), (1, "Faulted", "GroundFailure")],
            {1: [(OutletState.FAULTED, ErrorType.RESIDUAL_CURRENT)]},
            id="an outlet's own error comes first",
        ),
        pytest.param(
            [(0, "Unavailable", "NoError"), (0, "Available", "NoError")],
            {1: [(OutletState.UNAVAILABLE, None), (OutletState.AVAILABLE, None)]},
            id="outlets that have not spoken follow a device out of service",
        ),
        pytest.param(
            [(1, "Preparing", "NoError"), (0, "Available", "NoError")],
            {1: [(OutletState.PREPARING, None)]},
            id="what changes nothing is not told",
        ),
        pytest.param(
            [(1, "Available", "NoError"), (2, "Charging", "NoError"), (0, "Unavailable", "NoError")],
            {
                1: [(OutletState.AVAILABLE, None), (OutletState.UNAVAILABLE, None)],
                2: [(OutletState.CHARGING, None)],
            },
            id="a device out of service lets a session end",
        ),
    ],
)
def test_what_outlets_are_told(said: list[Said], told: dict[int, list[Told]]) -> None:
    desk = RecordedDesk("garage")
    for connector in told:
        desk.outlet(connector)
    board = StatusBoard()
    for connector, status, code in said:
        board.seen(connector, mapping.outlet_seen({"status": status, "errorCode": code}, NOW), desk, NOW)
    assert {o.connector: [(s.state, s.error) for s in o.seen] for o in desk.outlets} == told


def test_an_outlet_that_no_device_has() -> None:
    seen = mapping.outlet_seen({"status": "Available", "errorCode": "NoError"}, NOW)
    with pytest.raises(UnknownResourceError):
        StatusBoard().seen(99, seen, RecordedDesk("garage"), NOW)
