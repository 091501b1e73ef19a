"""An event loop whose clock leaps to the next timer as soon as nothing else is left to do."""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from selectors import SelectorKey
from typing import TypeVar, TypeVarTuple, Unpack

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class NothingToWaitForError(RuntimeError):
    """Every task waits and no timer will ever wake one: in real time the test would hang."""


class _Leaping(selectors.SelectSelector):
    """Waits for nobody: instead of the time that it was to wait, the clock moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.at_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise NothingToWaitForError
        if not ready and timeout is not None:
            self.at_s += max(0.0, timeout)
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """For tests of timers. It has no use for sockets and threads, whose time is real."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """The virtual time, in seconds; it begins at 0."""
        return self._leaping.at_s

    def hold_up(self, seconds: float) -> None:
        """Let time pass in which the loop does nothing, as if a callback had taken that long."""
        self._leaping.at_s += seconds

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[_Ts]], _T], *args: *_Ts
    ) -> asyncio.Future[_T]:
        """Do the work at once: no virtual time passes meanwhile."""
        done: asyncio.Future[_T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  (it is the caller's, as it would be from a thread)
            done.set_exception(error)
        return done
