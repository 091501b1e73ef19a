"""Brings an outlet to its limit by charging profiles, in the manner the device takes, and checks them."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp16 import profiles
from chargedeck.chargers.ocpp16.configuration import RateUnit
from chargedeck.chargers.ocpp16.profiles import Kind, Manner, Purpose, Supply, Wanted
from chargedeck.chargers.ocpp16.supplies import WHOLE_DEVICE, Supplies
from chargedeck.domain.over_limit import exceeded, over_since
from chargedeck.domain.problems import DeviceRefusedError, DeviceTimeoutError, NotSupportedError
from chargedeck.domain.sentences import Sentence, said

if TYPE_CHECKING:
    from datetime import datetime

    from chargedeck.chargers.ocpp.calls import Calls
    from chargedeck.chargers.ocpp.desk import Now
    from chargedeck.chargers.ocpp16.configuration import Configuration
    from chargedeck.domain.reading import Reading
    from chargedeck.domain.units import Amps
    from chargedeck.hub.commands import LimitCurrent

logger = logging.getLogger(__name__)

SET, CLEAR, COMPOSITE = "SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule"
GONE = frozenset({"Accepted", "Unknown"})


class _NotHeldError(DeviceRefusedError):
    """The device has accepted the limit, and says itself that it allows more."""


class ChargingLimits:
    """The profiles of one device on one connection."""

    __slots__ = (
        "_calls",
        "_checks",
        "_configuration",
        "_confirmed",
        "_device_takes",
        "_has_own",
        "_holds_device",
        "_kept",
        "_last",
        "_manner",
        "_now",
        "_over_since",
        "_proven",
        "_supplies",
        "_turn",
        "_whole_device",
        "by_default",
        "clock_ahead",
        "is_supported",
    )

    def __init__(self, calls: Calls, configuration: Configuration, now: Now) -> None:
        self._calls = calls
        self._configuration = configuration
        self._now = now
        self._turn = asyncio.Lock()
        self._manner: Manner | None = None
        self._confirmed: dict[tuple[Purpose, int], tuple[Wanted, Supply]] = {}
        self._proven: set[tuple[Purpose, int]] = set()
        self._supplies = Supplies()
        self._last: dict[int, LimitCurrent] = {}
        self._kept: dict[int, Amps] = {}
        """The default that each outlet is to have."""
        self._has_own: set[int] = set()
        """Outlets whose session has taken a profile of its own."""
        self.by_default: frozenset[int] = frozenset()
        """Outlets whose session takes none, so that the default holds it."""
        self._holds_device: bool | None = None
        """Whether a profile of ours holds the whole device; None while one may be left of an earlier time."""
        self._device_takes = True
        self._over_since: datetime | None = None
        self._checks = True
        self._whole_device = False
        self.clock_ahead = timedelta(0)
        """How far the device's clock, by which its profiles expire, is ahead of ours."""
        self.is_supported = True

    @property
    def in_watts(self) -> bool:
        """Whether the device takes watts only, so that its phases matter."""
        return self._manner is not None and self._manner.unit is RateUnit.WATTS

    def forget(self) -> None:
        """The device has restarted, or somebody else has set a profile: nothing is certain any more."""
        self._confirmed.clear()
        self._proven.clear()
        self.by_default = frozenset()

    # -- limits --------------------------------------------------------------------------------

    async def apply(self, command: LimitCurrent) -> None:
        """Set what is not set already; the session's profile first, since it is what binds now."""
        async with self._turn:
            self._change_car(command)
            self._last[command.connector] = command
            try:
                await self._apply(command)
            except NotSupportedError:
                self.is_supported = False
                raise
            if command.ref is not None:
                self._supplies.offered(command.connector, _session_a(command), self._now())

    async def _apply(self, command: LimitCurrent) -> None:
        connector = command.connector
        if command.ref is not None:
            try:
                is_taken = await self._takes_own(command, command.ref)
            except _NotHeldError:
                self._has_own.add(connector)
                await self._bring_default(connector, min(_session_a(command), command.kept_a))
                raise
            if not is_taken:
                await self._stand_in(command)
                return
        await self._bring_default(connector, command.kept_a)
        self.by_default -= {connector}
        await self._release_device(command.kept_a)

    async def apply_again(self, connector: int) -> None:
        """Set the last limit anew, after the supply has turned out to be another."""
        command = self._last.get(connector)
        if command is not None:
            await self.apply(command)

    async def _takes_own(self, command: LimitCurrent, ref: str) -> bool:
        """Whether the session takes a profile of its own.

        It may be refused for what it is; the default then teaches how the device wants profiles.
        """
        connector = command.connector
        wanted = Wanted(Purpose.SESSION, connector, _session_a(command), ref, command.expires_at)
        knew = self._manner is not None
        if await self._is_taken(wanted):
            return True
        if knew:
            return False
        await self._bring_default(connector, command.kept_a)
        return await self._is_taken(wanted)

    async def _is_taken(self, wanted: Wanted) -> bool:
        try:
            await self._bring(wanted)
        except _NotHeldError:
            raise
        except DeviceRefusedError as refusal:
            logger.info("outlet %d: no limit for its session alone: %s", wanted.connector, refusal)
            return False
        self._has_own.add(wanted.connector)
        return True

    async def _bring_default(self, connector: int, current: Amps) -> None:
        self._kept[connector] = current
        if not self._whole_device:
            try:
                await self._bring(Wanted(Purpose.DEFAULT, connector, current))
            except NotSupportedError:
                raise
            except DeviceRefusedError:
                self._whole_device = True
            else:
                return
        await self._bring(Wanted(Purpose.DEFAULT, WHOLE_DEVICE, min(self._kept.values())))

    # -- sessions that take no limit of their own ----------------------------------------------

    async def _stand_in(self, command: LimitCurrent) -> None:
        """Hold a session by the default: never at more than what may outlive us."""
        connector = command.connector
        current = min(_session_a(command), command.kept_a)
        await self._bring_default(connector, current)
        if connector in self._has_own:  # one that it took before would win over the default
            if not await self._cleared(Purpose.SESSION, connector):
                raise DeviceRefusedError(CLEAR, said("it keeps a limit that it took before"))
            self._has_own.discard(connector)
        if self._holds_device:
            await self._bring(Wanted(Purpose.DEVICE, WHOLE_DEVICE, current))
        elif self._holds_device is None and self._is_single and current >= command.kept_a:
            self._holds_device = False
            await self._cleared(Purpose.DEVICE, WHOLE_DEVICE)
        self.by_default |= {connector}

    @property
    def _is_single(self) -> bool:
        """Whether a limit of the whole device is that of an outlet, and nobody else's share of it."""
        return self._configuration.connectors == 1

    def disobeyed(self, connector: int, reading: Reading) -> bool:
        """Whether a car takes more than the default that holds its session, and there is one means left.

        Some devices look at a default only when a session begins.
        """
        measured = reading.current_a
        is_last_means = self._is_single and self._device_takes and not self._holds_device
        if measured is None or connector not in self.by_default or not is_last_means:
            self._over_since = None
            return False
        limit = self._kept[connector]
        since = over_since(self._over_since, measured=measured, limit=limit, at=reading.at)
        self._over_since = None if exceeded(since, reading.at) else since
        return exceeded(since, reading.at)

    async def hold_device(self, connector: int) -> None:
        """Hold the only outlet's session by the limit of the whole device, until it is over."""
        async with self._turn:
            if connector in self.by_default and not self._holds_device:
                try:
                    await self._bring(Wanted(Purpose.DEVICE, WHOLE_DEVICE, self._kept[connector]))
                except DeviceRefusedError:
                    self._device_takes = False
                    raise
                self._holds_device = True

    async def _release_device(self, current: Amps) -> None:
        """What held the device for one session is over; where it cannot be cleared it is raised."""
        if not self._holds_device:
            return
        if await self._cleared(Purpose.DEVICE, WHOLE_DEVICE):
            self._holds_device = False
        else:
            await self._bring(Wanted(Purpose.DEVICE, WHOLE_DEVICE, current))

    async def _cleared(self, purpose: Purpose, connector: int) -> bool:
        """Have the device drop our profile; answers whether it has none of it any more."""
        self._confirmed.pop((purpose, connector), None)
        answer = await self._attempt(CLEAR, {"id": profiles.profile_id(purpose, connector)})
        return answer is not None and answer.get("status") in GONE

    # -- profiles ------------------------------------------------------------------------------

    async def _bring(self, wanted: Wanted) -> None:
        place = wanted.purpose, wanted.connector
        supply = self._supply(wanted)
        if self._confirmed.get(place) != (wanted, supply):
            self._confirmed.pop(place, None)
            await self._set(wanted)
            self._confirmed[place] = wanted, supply

    async def _set(self, wanted: Wanted) -> None:
        """Try each manner until the device takes one; the one it took last comes first."""
        refusals: set[str] = set()
        is_held = True
        for manner in self._manners(wanted):
            answer = await self._set_as(wanted, manner)
            refusal = answer.get("status")
            if refusal == "Accepted":
                if await self._holds(wanted, manner):
                    if wanted.purpose is not Purpose.DEVICE:
                        self._manner = manner
                    self.is_supported = True
                    return
                refusal, is_held = "it accepted the limit and still allows more", False
            refusals.add(str(refusal))
        if refusals == {"NotSupported"} and self._manner is None:
            raise NotSupportedError(SET, Sentence("NotSupported"))
        error = DeviceRefusedError if is_held else _NotHeldError
        raise error(SET, Sentence(", ".join(sorted(refusals))))

    def _manners(self, wanted: Wanted) -> list[Manner]:
        """All of them until one is known; then no other unit than that one's.

        Amperes hold on each phase, watts only for the phases that a car uses. So what may have been
        refused for another reason, a session that is over or has no number yet, is no reason for watts.
        """
        found = list(profiles.manners(self._configuration))
        known = self._manner
        if known is None and wanted.ref is None:
            return found
        unit = found[0].unit if known is None else known.unit
        if wanted.purpose is Purpose.DEVICE:
            found = [manner for manner in found if manner.kind is Kind.ABSOLUTE]
        fitting = sorted((one for one in found if one.unit is unit), key=lambda manner: manner != known)
        asked_before = wanted.purpose is Purpose.SESSION and wanted.connector in self.by_default
        return fitting[:1] if asked_before else fitting

    async def _set_as(self, wanted: Wanted, manner: Manner) -> dict[str, Any]:
        payload = profiles.profile(
            wanted, manner, self._supply(wanted), now=self._now(), ahead=self.clock_ahead
        )
        try:
            return await self._calls.call(SET, payload)
        except DeviceTimeoutError:
            raise
        except DeviceRefusedError as refusal:
            if isinstance(refusal, NotSupportedError) and self._manner is None:
                raise
            return {"status": refusal.reason}

    # -- proof ---------------------------------------------------------------------------------

    async def _holds(self, wanted: Wanted, manner: Manner) -> bool:
        """Whether the device will keep to what it accepted; asked once for each purpose and outlet.

        Without a session devices differ in what their composite schedule says, so it only proves
        something during one. Profiles of somebody else that win over ours are cleared: a session's
        own may go at any time, since the default stands behind them.
        """
        place = wanted.purpose, wanted.connector
        if wanted.ref is None or place in self._proven:
            return True
        connector = wanted.connector
        supply = self._supply(wanted)
        expected = profiles.limit(wanted.amps, manner.unit, supply)
        for repair in (True, False):
            is_more = await self._exceeds(connector, expected, manner, supply)
            if not is_more:
                if is_more is False:
                    self._proven.add(place)
                return True
            if repair:
                clear = {"connectorId": connector, "chargingProfilePurpose": wanted.purpose.value}
                await self._attempt(CLEAR, clear)
                await self._set_as(wanted, manner)
        return False

    async def _exceeds(self, connector: int, expected: float, manner: Manner, supply: Supply) -> bool | None:
        if not self._checks:
            return None
        answer = await self._attempt(COMPOSITE, profiles.composite_query(connector, manner.unit))
        if answer is None:
            self._checks = False
            return None
        return profiles.exceeds(answer, expected, manner.unit, supply)

    async def _attempt(self, action: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return await self._calls.call(action, payload)
        except (DeviceRefusedError, DeviceTimeoutError) as error:
            logger.info("%s: %s", action, error)
            return None

    # -- the supply ----------------------------------------------------------------------------

    def _change_car(self, command: LimitCurrent) -> None:
        last = self._last.get(command.connector)
        if last is not None and last.ref != command.ref:
            self._supplies.another_car(command.connector)
            self._has_own.discard(command.connector)

    def _supply(self, wanted: Wanted) -> Supply:
        """What a limit's watts are made of; only a session's own is for the car that is there now."""
        if wanted.purpose is Purpose.SESSION:
            return self._supplies.of(wanted.connector)
        return self._supplies.of_any_car(wanted.connector)

    def observed(self, connector: int, reading: Reading) -> bool:
        """Learn phases and voltage from a reading; True when that changes what watts mean."""
        return self._supplies.observed(connector, reading, self._now())


def _session_a(command: LimitCurrent) -> Amps:
    return min(command.session_a, command.default_a)
