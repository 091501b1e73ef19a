"""Has chargers that can do so charge on one phase or on all, as a station's plan wants; decides nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chargedeck.domain.problems import DeviceError
from chargedeck.hub.commands import Configure
from chargedeck.hub.unit_settings import DeviceSettings

if TYPE_CHECKING:
    from chargedeck.domain.units import ChargerId
    from chargedeck.hub.charger import Charger
    from chargedeck.hub.context import Context

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(seconds=30)
"""A switch that the device has not told of by then is asked for once more."""


def is_single(charger: Charger) -> bool:
    """Whether it charges on its first phase alone just now."""
    settings = charger.device.local.settings
    return settings is not None and settings.single_phase is True


def can_switch(charger: Charger) -> bool:
    """Whether it can be switched, and its owner has not set it to one phase for good."""
    device = charger.device
    settings = device.local.settings
    return settings is not None and settings.single_phase is not None and not device.record.single_phase


class PhaseSwitches:
    """What has been switched; who is let go gets all phases back."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._switched: set[ChargerId] = set()
        self._asked: dict[ChargerId, tuple[bool, datetime]] = {}

    def __contains__(self, charger: ChargerId) -> bool:
        return charger in self._switched

    def want(self, charger: Charger, phases: int | None, now: datetime) -> None:
        """On so many phases; None for as many as there are, where it was us who took them away."""
        if phases is None and charger.id not in self._switched:
            return
        if not can_switch(charger) or not charger.device.online:
            return
        single = phases == 1
        asked = self._asked.get(charger.id)
        if asked is not None and now - asked[1] >= AGAIN_AFTER:
            asked = None
        # What the device told may be older than what it was asked for a moment ago.
        stands = is_single(charger) if asked is None else asked[0]
        if stands is not single:
            self._asked[charger.id] = single, now
            self._switched.add(charger.id)
            self._context.tasks.start(self._switch(charger, single), name=f"phases-{charger.id}")
        elif asked is None and not single:
            self._switched.discard(charger.id)

    async def _switch(self, charger: Charger, single: bool) -> None:
        try:
            await charger.device.send(Configure(DeviceSettings(single_phase=single)))
        except DeviceError as error:
            logger.info("%s could not be switched to %s: %s", charger.id, _words(single), error)
        else:
            self._context.event(
                "phases_switched", self._context.now(), charger=charger.id, phases=1 if single else 3
            )


def _words(single: bool) -> str:
    return "one phase" if single else "all phases"
