"""BootNotification and Heartbeat: a device introduces itself, is let in or has to wait, and asks the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp.times import written
from chargedeck.chargers.ocpp16 import mapping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chargedeck.chargers.ocpp.framing import Call
    from chargedeck.chargers.ocpp16.driver import Driver

PENDING_RETRY_S = 15
"""How soon a device that waits for its approval asks again; one that obeys a trigger is quicker."""


def boot_notification(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:
    """A device has started (§4.2): accepted when it is approved, else pending."""
    driver.desk.identified(mapping.identity(call.payload), now)
    is_accepted = driver.desk.approved
    if is_accepted:
        driver.booted()
    return {
        "currentTime": written(now),
        "interval": driver.heartbeat_s if is_accepted else PENDING_RETRY_S,
        "status": "Accepted" if is_accepted else "Pending",
    }


def heartbeat(driver: Driver, call: Call, now: datetime) -> Mapping[str, Any]:  # noqa: ARG001  (every handler's form)
    """A device sets its clock by us."""
    return {"currentTime": written(now)}
