"""One device, for as long as it is ours: found, asked, lost and found again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from chargedeck.chargers.lektrico import pacing
from chargedeck.chargers.lektrico.addresses import parsed
from chargedeck.chargers.lektrico.charger_side import CONNECTOR, ChargerSide
from chargedeck.chargers.lektrico.current import single_phase
from chargedeck.chargers.lektrico.driver import Driver
from chargedeck.chargers.lektrico.http import Credentials, Http
from chargedeck.chargers.lektrico.identity import Identity, identify, named
from chargedeck.chargers.lektrico.module_side import ModuleSide
from chargedeck.chargers.lektrico.rpc import Rpc
from chargedeck.chargers.lektrico.surroundings import Notebook, Surroundings
from chargedeck.chargers.lektrico.troubles import TroubleError, UnauthorizedError, UnreachableError
from chargedeck.domain.sentences import Sentence, said
from chargedeck.hub.unit_settings import DeviceKind, DeviceTrouble

if TYPE_CHECKING:
    from chargedeck.hub.device import Device
    from chargedeck.hub.records import DeviceRecord

logger = logging.getLogger(__name__)


class IdentityChangedError(TroubleError):
    """Another unit answers at the address."""

    trouble = DeviceTrouble.IDENTITY_CHANGED

    def __init__(self, where: str, said: str, expected: str) -> None:
        super().__init__(where, said, expected)
        self.where, self.said, self.expected = where, said, expected

    @property
    def sentence(self) -> Sentence:
        return said(
            "The device at {where} says it is {said}, not {expected}; "
            "correct the address, or replace the unit if this one has taken its place",
            where=self.where,
            said=self.said,
            expected=self.expected,
        )


class HungUpError(Exception):
    """The hub has hung up."""


def rpc_of(record: DeviceRecord, surroundings: Surroundings) -> Rpc:
    """The calls to a known device."""
    credentials = None if record.username is None else Credentials(record.username, record.secret or "")
    http = Http(parsed(record.address or ""), surroundings.networks, credentials)
    return Rpc(http, Notebook(surroundings, record.id))


class Unit:
    """The loop that asks one device; ended by cancelling `run`."""

    def __init__(self, device: Device, surroundings: Surroundings) -> None:
        self.device = device
        self.turn = asyncio.Lock()
        """Held by whoever asks: a look, or a command with all that it takes to confirm it."""
        self._surroundings = surroundings
        self._time = asyncio.get_running_loop().time
        self._wake = asyncio.Event()
        self._hung_up = asyncio.Event()
        self._lost_at = self._time()
        self.side: ChargerSide | ModuleSide | None = None
        """What is known of it; kept while it is away."""

    def now(self) -> datetime:
        """The wall clock."""
        return self._surroundings.now()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def hang_up(self, reason: str) -> None:
        """End this connection; the next one is made with what is then known of the device."""
        logger.debug("%s: hung up: %s", self.device.id, reason)
        self._hung_up.set()
        self._wake.set()

    async def run(self) -> None:
        """Ask until the device is no longer ours."""
        while not self._is_over:
            try:
                wait_s = await self._attempt()
            except Exception:
                logger.exception("%s: could not be asked", self.device.id)
                wait_s = pacing.LONGEST_RETRY_S
            await self._sleep(wait_s)

    @property
    def _is_over(self) -> bool:
        """Whether it was removed, and not taken back at once because that could not be written down."""
        return self.device.retired and self._time() - self._lost_at > pacing.REMOVED_S

    async def _attempt(self) -> float:
        """One connection, from the first question to its end; answers when to try again."""
        device = self.device
        self._hung_up.clear()
        if device.retired:
            return pacing.RETRY_S
        rpc = rpc_of(device.record, self._surroundings)
        try:
            await self._converse(rpc)
        except HungUpError:
            return 0.0
        except TroubleError as trouble:
            device.local.troubled(trouble.trouble, str(trouble), self.now())
            if isinstance(trouble, UnreachableError):
                return pacing.retry_s(self._time() - self._lost_at)
            return pacing.ILL_RETRY_S
        finally:
            rpc.close()
        return pacing.RETRY_S

    async def _converse(self, rpc: Rpc) -> None:
        """Find out who it is, let it in, and go on asking; raises a TroubleError when it is lost."""
        device = self.device
        if device.record.username is not None:
            await self._ask_openly()
        identity = await identify(rpc)
        self._check(identity.hardware_id, rpc.where)
        side = self.side = await self._side(identity, rpc)
        await side.ask(full=True)
        driver = Driver(self, side)
        self._surroundings.door.attach(device.id, driver)
        try:
            device.identified(identity.device_identity, self.now())
            device.local.restarting(False)
            side.tell(self.now())
            async with self.turn:
                await self._reapply(side)
            device.ready(self.now())
            await self._keep_asking(side)
        finally:
            self._lost_at = self._time()
            self._surroundings.door.detach(device, driver)

    async def _ask_openly(self) -> None:
        """Show the password to nobody who is another and does not ask for one, as who got its address."""
        rpc = rpc_of(replace(self.device.record, username=None), self._surroundings)
        try:
            hardware_id, _ = await named(rpc)
        except UnauthorizedError:
            return  # whoever asks for a password gets it: HTTP Basic knows no other way
        finally:
            rpc.close()
        self._check(hardware_id, rpc.where)

    def _check(self, hardware_id: str, where: str) -> None:
        expected = self.device.record.hardware_id
        if expected is not None and hardware_id != expected:
            raise IdentityChangedError(where, hardware_id, expected)

    async def _side(self, identity: Identity, rpc: Rpc) -> ChargerSide | ModuleSide:
        if identity.nature.kind is DeviceKind.CHARGER:
            counting = await self.device.local.counting(self.device.outlet(CONNECTOR))
            return ChargerSide(self.device, identity.nature, rpc, counting)
        return ModuleSide(self.device, identity.nature, rpc, self._surroundings)

    async def _reapply(self, side: ChargerSide | ModuleSide) -> None:
        """What a restart of the device has undone, and its owner still wants."""
        wanted, settings = self.device.record.single_phase, self.device.local.settings
        if (
            not wanted
            or not isinstance(side, ChargerSide)
            or settings is None
            or settings.single_phase is not False
        ):
            return
        try:
            await single_phase(side, True)
        except TroubleError as trouble:
            logger.warning("%s: single phase could not be set again: %s", self.device.id, trouble)

    async def _keep_asking(self, side: ChargerSide | ModuleSide) -> None:
        understood_at, failures = self._time(), 0
        looked_at = self._time()
        while True:
            if failures == 0:
                await self._rest(side, looked_at)
            looked_at = self._time()
            if self._hung_up.is_set() or self.device.retired:
                raise HungUpError
            try:
                async with self.turn:
                    # Measured once it is our turn: a command may have held the line for long.
                    patience_s = pacing.patience_s(self._time() - side.rpc.answered_at)
                    is_full = not side.is_busy or self._surroundings.is_watched()
                    await side.ask(full=is_full, seconds=patience_s)
                    if side.has_broken() or side.seems_restarted:
                        await self._came_back(side)
                    side.tell(self.now())
            except (UnauthorizedError, IdentityChangedError):
                raise
            except TroubleError as trouble:
                failures += 1
                is_silent = isinstance(trouble, UnreachableError)
                since = side.rpc.answered_at if is_silent else understood_at
                if pacing.is_gone(failures, self._time() - since):
                    raise
                await asyncio.sleep(pacing.LAST_TRY_S / 4 if is_silent else pacing.BUSY_S)
            else:
                understood_at, failures = self._time(), 0

    async def _rest(self, side: ChargerSide | ModuleSide, looked_at: float) -> None:
        """Wait for the next look, which comes at once when somebody begins to watch."""
        is_busy = side.is_busy or self._surroundings.is_watched()
        due_at = looked_at + pacing.interval_s(is_busy=is_busy, heap=side.heap)
        left_s = max(pacing.BREATH_S, due_at - self._time())
        while left_s > 0 and not await self._sleep(min(left_s, pacing.BUSY_S)):
            left_s -= pacing.BUSY_S
            if not is_busy and self._surroundings.is_watched():
                return

    async def _came_back(self, side: ChargerSide | ModuleSide) -> None:
        """It may have restarted, without being away for long enough to be offline.

        The connection broke, or its values have fallen back. Or another unit has taken its address meanwhile.
        """
        self._check((await identify(side.rpc)).hardware_id, side.rpc.where)
        await side.ask(full=True)
        has_forgotten = side.has_forgotten()
        self.device.local.restarting(False)
        side.tell(self.now())
        await self._reapply(side)
        if has_forgotten:
            self.device.limits_lost()

    async def _sleep(self, seconds: float) -> bool:
        """Wait; answers whether somebody wants a look now."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        is_woken = self._wake.is_set()
        self._wake.clear()
        return is_woken
