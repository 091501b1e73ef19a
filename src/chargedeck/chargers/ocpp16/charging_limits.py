"""Brings an outlet to its limit by charging profiles, in the manner the device takes, and checks them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp16 import profiles
from chargedeck.chargers.ocpp16.configuration import RateUnit
from chargedeck.chargers.ocpp16.profiles import Manner, Purpose, Supply, Wanted
from chargedeck.domain.problems import DeviceRefusedError, DeviceTimeoutError, NotSupportedError
from chargedeck.domain.sentences import Sentence
from chargedeck.domain.units import Amps, Volts

if TYPE_CHECKING:
    from chargedeck.chargers.ocpp.calls import Calls
    from chargedeck.chargers.ocpp.desk import Now
    from chargedeck.chargers.ocpp16.configuration import Configuration
    from chargedeck.domain.reading import Reading
    from chargedeck.hub.commands import LimitCurrent

logger = logging.getLogger(__name__)

SET, CLEAR, COMPOSITE = "SetChargingProfile", "ClearChargingProfile", "GetCompositeSchedule"
WHOLE_DEVICE = 0
CARRYING_A = Amps(1)
LIVE_V = Volts(90)
VOLTAGE_STEP = Volts(5)


class ChargingLimits:
    """The profiles of one device on one connection."""

    __slots__ = (
        "_calls",
        "_checks",
        "_configuration",
        "_confirmed",
        "_last",
        "_manner",
        "_now",
        "_proven",
        "_supplies",
        "_turn",
        "_whole_device",
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
        self._supplies: dict[int, Supply] = {}
        self._last: dict[int, LimitCurrent] = {}
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

    # -- limits --------------------------------------------------------------------------------

    async def apply(self, command: LimitCurrent) -> None:
        """Set what is not set already; the session's profile first, since it is what binds now."""
        async with self._turn:
            self._change_car(command)
            self._last[command.connector] = command
            if command.ref is not None:
                session_a = min(command.session_a, command.default_a)
                wanted = Wanted(
                    Purpose.SESSION, command.connector, session_a, command.ref, command.expires_at
                )
                await self._bring_session(wanted, command)
            await self._bring_default(command)

    async def apply_again(self, connector: int) -> None:
        """Set the last limit anew, after the supply has turned out to be another."""
        command = self._last.get(connector)
        if command is not None:
            await self.apply(command)

    async def _bring_session(self, wanted: Wanted, command: LimitCurrent) -> None:
        """A session may be refused for what it is; the default then teaches how the device wants profiles."""
        try:
            await self._bring(wanted)
        except DeviceRefusedError as refusal:
            if self._manner is not None or isinstance(refusal, NotSupportedError):
                raise
            await self._bring_default(command)
            await self._bring(wanted)

    async def _bring_default(self, command: LimitCurrent) -> None:
        if not self._whole_device:
            try:
                await self._bring(Wanted(Purpose.DEFAULT, command.connector, command.kept_a))
            except NotSupportedError:
                raise
            except DeviceRefusedError:
                self._whole_device = True
            else:
                return
        lowest = min(last.kept_a for last in self._last.values())
        await self._bring(Wanted(Purpose.DEFAULT, WHOLE_DEVICE, lowest))

    async def _bring(self, wanted: Wanted) -> None:
        place = wanted.purpose, wanted.connector
        supply = self._supply(wanted.connector)
        if self._confirmed.get(place) != (wanted, supply):
            self._confirmed.pop(place, None)
            await self._set(wanted)
            self._confirmed[place] = wanted, supply

    async def _set(self, wanted: Wanted) -> None:
        """Try each manner until the device takes one; the one it took last comes first."""
        refusals = set()
        for manner in self._manners(wanted):
            answer = await self._set_as(wanted, manner)
            refusal = answer.get("status")
            if refusal == "Accepted":
                if await self._holds(wanted, manner):
                    self._manner = manner
                    return
                refusal = "it accepted the limit and still allows more"
            refusals.add(str(refusal))
        if refusals == {"NotSupported"} and self._manner is None:
            self.is_supported = False
            raise NotSupportedError(SET, Sentence("NotSupported"))
        raise DeviceRefusedError(SET, Sentence(", ".join(sorted(refusals))))

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
        return sorted((one for one in found if one.unit is unit), key=lambda manner: manner != known)

    async def _set_as(self, wanted: Wanted, manner: Manner) -> dict[str, Any]:
        payload = profiles.profile(
            wanted, manner, self._supply(wanted.connector), now=self._now(), ahead=self.clock_ahead
        )
        try:
            return await self._calls.call(SET, payload)
        except NotSupportedError:
            self.is_supported = False
            raise
        except DeviceTimeoutError:
            raise
        except DeviceRefusedError as refusal:
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
        expected = profiles.limit(wanted.amps, manner.unit, self._supply(connector))
        for repair in (True, False):
            exceeded = await self._exceeds(connector, expected, manner)
            if not exceeded:
                if exceeded is False:
                    self._proven.add(place)
                return True
            if repair:
                clear = {"connectorId": connector, "chargingProfilePurpose": wanted.purpose.value}
                await self._attempt(CLEAR, clear)
                await self._set_as(wanted, manner)
        return False

    async def _exceeds(self, connector: int, expected: float, manner: Manner) -> bool | None:
        if not self._checks:
            return None
        answer = await self._attempt(COMPOSITE, profiles.composite_query(connector, manner.unit))
        if answer is None:
            self._checks = False
            return None
        return profiles.exceeds(answer, expected, manner.unit, self._supply(connector))

    async def _attempt(self, action: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return await self._calls.call(action, payload)
        except (DeviceRefusedError, DeviceTimeoutError) as error:
            logger.info("%s: %s", action, error)
            return None

    # -- the supply ----------------------------------------------------------------------------

    def _change_car(self, command: LimitCurrent) -> None:
        """Another session may be another car, on fewer phases than the one before."""
        last = self._last.get(command.connector)
        known = self._supplies.get(command.connector)
        if last is not None and known is not None and last.ref != command.ref:
            self._supplies[command.connector] = replace(known, car=None)

    def _supply(self, connector: int) -> Supply:
        if connector == WHOLE_DEVICE:
            known = self._supplies.values()
            return min(known, key=lambda supply: supply.in_use * supply.voltage_v, default=Supply())
        return self._supplies.get(connector, Supply())

    def observed(self, connector: int, reading: Reading) -> bool:
        """Learn phases and voltage from a reading; True when that changes what watts mean.

        Phases that carry current are the car's, those that have a voltage are the outlet's.
        """
        former = self._supply(connector)
        carrying = sum((phase.current_a or 0) >= CARRYING_A for phase in reading.phases)
        voltages = [v for phase in reading.phases if (v := phase.voltage_v) is not None and v >= LIVE_V]
        supply = former
        if carrying:
            supply = replace(supply, car=carrying, phases=max(carrying, supply.phases))
        if len(voltages) > supply.phases:
            supply = replace(supply, phases=len(voltages))
        if voltages and abs(min(voltages) - supply.voltage_v) > VOLTAGE_STEP:
            supply = replace(supply, voltage_v=min(voltages))
        if voltages or carrying:
            self._supplies[connector] = supply
        return supply != former
