"""Waits for something that comes true by itself."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    """Raise TimeoutError when it has not come true in time."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  (what is waited for knows nothing of the test)
            await asyncio.sleep(0.005)
