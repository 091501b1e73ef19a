"""Whether the server can do its work: asks its parts, not too often, and never waits long."""

import asyncio
import logging
from collections.abc import Mapping

from chargedeck.api.services import Check

logger = logging.getLogger(__name__)

BELIEVED_FOR_S = 1.0
LONGEST_S = 2.0


class Readiness:
    """Answers for each part what is wrong with it, or None; the route is open, so it asks once a second."""

    def __init__(self, checks: Mapping[str, Check], *, longest_s: float = LONGEST_S) -> None:
        self._checks = checks
        self._longest_s = longest_s
        self._known: Mapping[str, str | None] | None = None
        self._known_at = 0.0
        self._asking: asyncio.Task[Mapping[str, str | None]] | None = None

    async def ask(self) -> Mapping[str, str | None]:
        """What is wrong, by part."""
        time = asyncio.get_running_loop().time
        if self._known is not None and time() - self._known_at < BELIEVED_FOR_S:
            return self._known
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_all(), name="readiness")
        found = await asyncio.shield(self._asking)
        self._note(found)
        self._known, self._known_at, self._asking = found, time(), None
        return found

    async def _ask_all(self) -> Mapping[str, str | None]:
        answers = await asyncio.gather(*(self._ask_one(check) for check in self._checks.values()))
        return dict(zip(self._checks, answers, strict=True))

    async def _ask_one(self, check: Check) -> str | None:
        try:
            async with asyncio.timeout(self._longest_s):
                return await check()
        except TimeoutError:
            return f"did not answer within {self._longest_s:g} s"
        except Exception as error:
            logger.exception("a check failed")
            return str(error) or type(error).__name__

    def _note(self, found: Mapping[str, str | None]) -> None:
        """Log a change of state once; whoever asks is not told the particulars."""
        before = self._known or dict.fromkeys(found)
        for part, problem in found.items():
            if problem is not None and before.get(part) is None:
                logger.error("not ready: %s: %s", part, problem)
            elif problem is None and before.get(part) is not None:
                logger.info("ready again: %s", part)
