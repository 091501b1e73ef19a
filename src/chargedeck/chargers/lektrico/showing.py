"""Waits until a charger shows what it said it would do: its word alone confirms nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from chargedeck.domain.problems import DeviceTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from chargedeck.chargers.lektrico.charger_side import ChargerSide

EFFECT_S = 5.0
"""How long a device has to show what it said it would do."""
LOOK_AGAIN_S = 0.2


async def shown(side: ChargerSide, method: str, holds: Callable[[], bool]) -> None:
    """Look until the device shows it; raises DeviceTimeoutError when it only said so."""
    try:
        async with asyncio.timeout(EFFECT_S):
            while True:
                await side.ask(full=False)
                if holds():
                    return
                await asyncio.sleep(LOOK_AGAIN_S)
    except TimeoutError as error:
        raise DeviceTimeoutError(method, EFFECT_S) from error
