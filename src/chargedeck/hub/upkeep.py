"""Work that is done again whenever there is something new, and now and then anyway."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from chargedeck.domain.problems import StorageUnavailableError

logger = logging.getLogger(__name__)

Work = Callable[[], Awaitable[float]]
"""Answers after how many seconds it is to be done again where nothing is new before."""


class Upkeep:
    """Does it for as long as the program runs; a failure is logged, and it is tried again after `again_s`.

    `does` says in words what is done, for the log. What is new within `settle_s` is done together.
    """

    def __init__(self, work: Work, does: str, *, again_s: float, settle_s: float = 0.0) -> None:
        self._work = work
        self._does = does
        self._again_s, self._settle_s = again_s, settle_s
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Do it now, and again and again."""
        is_put_off = False
        while True:
            self._wake.clear()
            wait_s = self._again_s
            try:
                wait_s = await self._work()
                is_put_off = False
            except StorageUnavailableError:
                if not is_put_off:
                    logger.warning("%s when the database answers again", self._does)
                is_put_off = True
            except Exception:
                logger.exception("failed: %s", self._does)
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(self._settle_s)
