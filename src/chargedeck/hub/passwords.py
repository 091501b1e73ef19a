"""People's passwords, hashed with Argon2id in threads of their own, a few at a time."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from chargedeck.hub.password_rules import checked_strength
from chargedeck.hub.people_problems import BusyError

T = TypeVar("T")

OWASP = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The least that OWASP asks for: a small server must stay small while somebody signs in."""

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For tests that sign in hundreds of times; never for a password that anybody uses."""


class Passwords:
    """Hashes and verifies; refuses work rather than let it pile up."""

    def __init__(self, hasher: PasswordHasher = OWASP, *, workers: int = 2, most_waiting: int = 16) -> None:
        self._hasher = hasher
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._most = workers + most_waiting
        self._at_work = 0
        self._nobodys = hasher.hash("nobody's password")

    async def hashed(self, password: str) -> str:
        """The hash to keep."""
        return await self._in_thread(self._hasher.hash, password)

    async def matches(self, password: str, kept: str | None) -> bool:
        """Whether the password is the one kept; nobody's takes as long and is never right."""
        right = await self._in_thread(self._verify, password, kept or self._nobodys)
        return right and bool(kept)

    async def checked(self, password: str, about: Iterable[str], field: str) -> str:
        """The password, or InvalidValueError when it is too easy to guess."""
        known = tuple(about)
        return await self._in_thread(lambda given: checked_strength(given, known, field), password)

    def outdated(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[..., T], *given: str) -> T:
        if self._at_work >= self._most:
            raise BusyError
        self._at_work += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)
        finally:
            self._at_work -= 1
