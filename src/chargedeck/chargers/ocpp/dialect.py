"""What a version of OCPP brings to the listener: its subprotocol, its words for faults, its conversation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from chargedeck.hub.ports import DeviceLink

if TYPE_CHECKING:
    from chargedeck.chargers.ocpp.connection import Connection
    from chargedeck.chargers.ocpp.desk import Desk
    from chargedeck.chargers.ocpp.faults import FaultKind
    from chargedeck.chargers.ocpp.framing import Call


class Speaker(DeviceLink, Protocol):
    """One device's conversation; the hub sees it as the device's link."""

    def opened(self, desk: Desk) -> None:
        """The device has been let in."""

    def called(self, call: Call, now: datetime) -> Mapping[str, Any] | None:
        """Answer a request; None when `Connection.answer` or `Connection.refuse` follows.

        Raises a Fault for a request that is refused.
        """

    def closed(self) -> None:
        """The connection is gone."""


class Dialect(Protocol):
    """One version of OCPP."""

    @property
    def subprotocol(self) -> str: ...
    @property
    def driver(self) -> str: ...
    @property
    def codes(self) -> Mapping[FaultKind, str]: ...
    def check_request(self, action: str, payload: Mapping[str, Any]) -> None:
        """Raise a Fault unless the payload fits the action, whoever sends it."""

    def check_response(self, action: str, payload: Mapping[str, Any]) -> None:
        """Raise a Fault unless the payload answers the action."""

    def speaker(self, connection: Connection) -> Speaker: ...
