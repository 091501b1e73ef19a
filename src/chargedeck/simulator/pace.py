"""Lets things begin no faster than so many a second, and no more than so many at a time."""

import asyncio
from types import TracebackType


class Pace:
    """An async context: entering waits for its turn."""

    def __init__(self, per_second: float, at_once: int = 64) -> None:
        self._gap = 1 / per_second
        self._places = asyncio.Semaphore(at_once)
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._places.acquire()
        now = asyncio.get_running_loop().time()
        self._next = max(self._next + self._gap, now)
        try:
            if self._next > now:
                await asyncio.sleep(self._next - now)
        except BaseException:
            self._places.release()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._places.release()
