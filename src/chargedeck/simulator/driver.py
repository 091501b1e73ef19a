"""Drives an agenda with the event loop's timer; it holds no timers of its own but that one."""

import asyncio
from types import TracebackType
from typing import Self

from chargedeck.simulator.clock import Agenda, Clock


class AgendaDriver:
    """Fires the agenda's timers when its clock says so, between `with` and its end."""

    def __init__(self, agenda: Agenda, clock: Clock) -> None:
        self._agenda = agenda
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        self._agenda.on_earlier = self.rearm
        self.rearm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._agenda.unhook()
        if self._handle is not None:
            self._handle.cancel()

    def rearm(self) -> None:
        """Wait for the timer that is now the first; needed after a change of speed, too."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        due = self._agenda.next_due()
        if due is not None:
            self._handle = self._loop.call_later(self._clock.real_wait(due), self._run)

    def _run(self) -> None:
        self._handle = None
        try:
            self._agenda.run_due(self._clock.now())
        finally:
            self.rearm()
