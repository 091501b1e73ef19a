"""Work that is done at an even pace for as long as the program runs."""

import asyncio
import logging
from collections.abc import Callable
from math import ceil

logger = logging.getLogger(__name__)

SECOND = 1.0


async def each_second(tick: Callable[[], None], does: str) -> None:
    """Tick once a second; what was missed is not made up for.

    A tick that fails ends nothing. The first of several is logged, with the words of `does`.
    """
    clock = asyncio.get_running_loop()
    due, is_failing = clock.time(), False
    while True:
        due += SECOND * max(1, ceil((clock.time() - due) / SECOND))
        await asyncio.sleep(due - clock.time())
        try:
            tick()
        except Exception:
            if not is_failing:
                logger.exception("failed, and is tried each second: %s", does)
            is_failing = True
        else:
            is_failing = False
