"""StatusNotification: each outlet's own state, under what is said of the device as a whole (connector 0)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp.times import instant
from chargedeck.chargers.ocpp16 import mapping
from chargedeck.domain.events import OutletSeen, OutletState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chargedeck.chargers.ocpp.desk import Desk
    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.driver import Driver


def overlaid(outlet: OutletSeen, whole: OutletSeen | None) -> OutletSeen:
    """An outlet as it is, given what was said of the whole device.

    An idle outlet is out of order with its device; one that charges knows better. An error of the
    device is that of each outlet, as long as it has none of its own.
    """
    if whole is None:
        return outlet
    state = outlet.state
    if _is_out_of_order(whole) and state is OutletState.AVAILABLE:
        state = whole.state
    if outlet.error is not None or whole.error is None:
        return outlet if state is outlet.state else replace(outlet, state=state)
    return replace(outlet, state=state, error=whole.error, error_detail=whole.error_detail)


def _is_out_of_order(seen: OutletSeen) -> bool:
    return seen.state in (OutletState.FAULTED, OutletState.UNAVAILABLE)


class StatusBoard:
    """What was last said of each outlet and of the whole, on one connection."""

    __slots__ = ("_outlets", "_whole")

    def __init__(self) -> None:
        self._outlets: dict[int, OutletSeen] = {}
        self._whole: OutletSeen | None = None

    def seen(self, connector: int, seen: OutletSeen, desk: Desk, now: datetime) -> None:
        """Tell the hub; raises UnknownResourceError for a connector that no device has."""
        if connector == 0:
            self._whole_seen(seen, desk, now)
            return
        outlet = desk.outlet(connector)
        self._outlets[connector] = seen
        outlet.seen_state(overlaid(seen, self._whole), now)

    def _whole_seen(self, seen: OutletSeen, desk: Desk, now: datetime) -> None:
        """Tell each outlet anew, unless nothing has changed for it."""
        former, self._whole = self._whole, seen
        for outlet in desk.outlets:
            own = self._outlets.get(outlet.connector)
            if own is None:
                if _is_out_of_order(seen) or (former is not None and _is_out_of_order(former)):
                    outlet.seen_state(seen, now)
            elif (told := overlaid(own, seen)) != overlaid(own, former):
                outlet.seen_state(told, now)


def status_notification(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """An outlet says what it does."""
    payload = call.payload
    connector = mapping.number(payload, "connectorId")
    driver.status.seen(connector, mapping.outlet_seen(payload, now), driver.desk, now)
    if "timestamp" in payload:
        driver.clock_sample(instant(payload["timestamp"]), now)
    return {}
