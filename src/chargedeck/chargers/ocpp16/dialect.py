"""OCPP 1.6 as the listener knows it: one object that all its devices' drivers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chargedeck.chargers.ocpp.schemas import Schemas
from chargedeck.chargers.ocpp16.actions import CODES, FROM_DEVICE, TO_DEVICE
from chargedeck.chargers.ocpp16.driver import Driver

if TYPE_CHECKING:
    from chargedeck.chargers.ocpp.connection import Connection
    from chargedeck.hub.background import Background

SILENT_S = 10.0
"""Only a restart makes a device introduce itself: one that came back without a word is set up after this."""
HEARTBEAT_S = 60


class Ocpp16:
    """Version 1.6 of OCPP-J."""

    subprotocol = "ocpp1.6"
    driver = "ocpp16"
    codes = CODES

    def __init__(
        self, tasks: Background, *, heartbeat_s: int = HEARTBEAT_S, silent_s: float = SILENT_S
    ) -> None:
        schemas = Schemas("v16", FROM_DEVICE | TO_DEVICE)
        self.check_request = schemas.check_request
        self.check_response = schemas.check_response
        self.tasks = tasks
        self.heartbeat_s = heartbeat_s
        self.silent_s = silent_s

    def speaker(self, connection: Connection) -> Driver:
        """The driver for a new connection."""
        return Driver(self, connection)
