"""What is looked after from time to time: sessions that nobody ends, and progress to be saved."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.session import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from chargedeck.hub.context import Context
    from chargedeck.hub.device import Device

ORPHANED_AFTER = timedelta(minutes=10)
"""How long a session may stay open after its car has gone; its stop is still taken when it comes."""

SWEEP_EVERY_S = 30.0

_SWEPT_AT_ONCE = 100
"""Devices that the sweep looks at before it lets the loop go on."""


async def sweep(devices: Mapping[str, Device], context: Context) -> None:
    """Go on until the server stops; then save what has been counted, so that nobody has to guess it later."""
    try:
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            for place, device in enumerate(tuple(devices.values())):
                if place % _SWEPT_AT_ONCE == 0:
                    await asyncio.sleep(0)
                _look_after(device, context.now())
    finally:
        for device in devices.values():
            for outlet in device.outlets:
                outlet.save_progress(context.now())


def _look_after(device: Device, now: datetime) -> None:
    device.ledger.settle_orphans(now, ORPHANED_AFTER)
    for outlet in device.outlets:
        if outlet.state is State.CHARGING:
            outlet.save_progress(now)
