"""Carries wishes out that came over MQTT, and answers what became of each; it knows no broker."""

import logging
from collections.abc import Mapping
from typing import Any, assert_never

from chargedeck.domain.cards import Authorizer, AuthorizerKind
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.fleet import Fleet
from chargedeck.hub.orders import ChargerChanges, Orders
from chargedeck.mqtt.topics import Verb, Wish, wish

logger = logging.getLogger(__name__)

SOMEBODY = Authorizer(AuthorizerKind.REMOTE, "MQTT")
"""The broker knows who it was; we are not told."""


class Wishes:
    """Everything that may be wished for."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def fulfil(self, topic: str, payload: bytes) -> Mapping[str, Any]:
        """Carry out what a message wants; answers once the charger has confirmed it, or why it did not."""
        try:
            wanted = wish(topic, payload)
            await self._carry_out(wanted)
        except ChargeDeckError as error:
            logger.warning("mqtt: %s", error)
            return {"ok": False, "code": error.code, "detail": str(error)}
        return {"ok": True, "code": None, "detail": None}

    async def _carry_out(self, wanted: Wish) -> None:
        orders: Orders = self._fleet.charger(wanted.charger).orders
        match wanted.verb:
            case Verb.ALLOWED_CURRENT:
                await orders.set_allowed_current(wanted.amps, SOMEBODY)
            case Verb.START:
                await orders.start(SOMEBODY)
            case Verb.STOP:
                await orders.stop(SOMEBODY)
            case Verb.PAUSE:
                await orders.pause(SOMEBODY)
            case Verb.RESUME:
                await orders.resume(SOMEBODY)
            case Verb.LOCK:
                await orders.update(ChargerChanges(locked=wanted.locked), SOMEBODY)
            case _:
                assert_never(wanted.verb)
