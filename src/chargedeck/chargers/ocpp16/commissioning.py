"""What is said to a device each time it comes: what can you do, tell us more and more often, how are you now.

Devices refuse, ignore or misread any of it, and still work: every step stands alone, and a device
that does not answer at all is not asked further.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from chargedeck.chargers.ocpp16.configuration import chunks
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceError,
    DeviceTimeoutError,
    NotSupportedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chargedeck.chargers.ocpp.calls import Calls
    from chargedeck.chargers.ocpp16.configuration import Configuration

logger = logging.getLogger(__name__)

MOST_TIMEOUTS = 2
KEYS_AT_ONCE = 10
TAKEN = frozenset({"Accepted", "RebootRequired"})


class Commissioning:
    """One round with one device; ends early when the device is gone or silent."""

    def __init__(self, device_id: str, calls: Calls, configuration: Configuration, heartbeat_s: int) -> None:
        self._device_id = device_id
        self._calls = calls
        self._configuration = configuration
        self._heartbeat_s = heartbeat_s
        self._timeouts = 0

    async def run(self) -> None:
        """Ask and set all of it; raises ChargerOfflineError when the device is gone."""
        await self._read_configuration()
        await self._set("MeterValuesSampledData", self._configuration.sampled_data())
        await self._set("MeterValueSampleInterval", self._configuration.sample_intervals())
        for key, value in self._configuration.others(self._heartbeat_s):
            await self._set(key, [value])
        await self._trigger()

    async def _read_configuration(self) -> None:
        """All keys at once, then by name those that did not come: some tell only so many at a time."""
        count = self._configuration.learn(await self._ask("GetConfiguration", {}) or {})
        most = max(1, self._configuration.number("GetConfigurationMaxKeys") or KEYS_AT_ONCE)
        if 0 < count < most:
            return
        for keys in chunks(self._configuration.missing(), min(most, KEYS_AT_ONCE)):
            answer = await self._ask("GetConfiguration", {"key": list(keys)})
            if answer is None:
                return
            self._configuration.learn(answer)

    async def _set(self, key: str, values: Iterable[str]) -> None:
        """Try values until one is taken; a key that the device does not have is let be."""
        for value in values:
            answer = await self._ask("ChangeConfiguration", {"key": key, "value": value})
            if answer is None or answer.get("status") == "NotSupported":
                return
            if answer.get("status") in TAKEN:
                return
            logger.debug("%s: %s=%s was refused", self._device_id, key, value)

    async def _trigger(self) -> None:
        """Ask each outlet how it is; without their number, all of them at once."""
        connectors = self._configuration.connectors
        numbers: list[int | None] = [None] if connectors is None else list(range(1, connectors + 1))
        for message in ("StatusNotification", "MeterValues"):
            for number in numbers:
                payload = trigger(message, number)
                if await self._ask("TriggerMessage", payload) is None:
                    return

    async def _ask(self, action: str, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer, empty when the device refused; None when it cannot do this or does not answer."""
        if self._timeouts >= MOST_TIMEOUTS:
            return None
        try:
            return await self._calls.call(action, payload)
        except ChargerOfflineError:
            raise
        except DeviceTimeoutError:
            self._timeouts += 1
            return None
        except NotSupportedError:
            return None
        except DeviceError as error:
            logger.info("%s: %s", self._device_id, error)
            return {}


def trigger(message: str, connector: int | None) -> dict[str, Any]:
    """A TriggerMessage."""
    payload: dict[str, Any] = {"requestedMessage": message}
    if connector is not None:
        payload["connectorId"] = connector
    return payload
