"""Does what commands say to the fleet, and tells its state; knows nothing of where commands come from."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chargedeck.domain.units import Amps, IdTag, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Instant, Seconds, Speed, after
from chargedeck.simulator.commands import Command, given
from chargedeck.simulator.faults import StopReason
from chargedeck.simulator.fleet import Fleet, Post
from chargedeck.simulator.ocpp16.connector import Connector
from chargedeck.simulator.problems import CommandError

_LOOK_AGAIN_S = 0.02


@dataclass(frozen=True, slots=True)
class Card:
    """A card that lies beside the demo panel's reader."""

    label: str
    id_tag: IdTag


class Hands:
    """The hands that plug, swipe and break."""

    def __init__(self, fleet: Fleet, cards: Sequence[Card] = (), car: Car = Car()) -> None:
        self._fleet = fleet
        self._cards = cards
        self._car = car
        """The car that comes when a command describes none."""
        self.quitting = asyncio.Event()

    async def carry_out(self, command: Command) -> dict[str, Any]:
        """Do it and tell the state after it; a command that names what is not there changes nothing."""
        if command.do == "wait":
            await self._wait(command)
        else:
            self._do(command)
        return self.state()

    def state(self) -> dict[str, Any]:
        """What a bystander would see."""
        return {
            "speed": self._fleet.world.clock.speed,
            "chargers": [_post_state(post) for post in self._fleet],
            "cards": [{"label": card.label, "id_tag": card.id_tag} for card in self._cards],
        }

    def _do(self, command: Command) -> None:
        """Every word but `wait`, which alone takes time."""
        actions: dict[str, Callable[[Command], None]] = {
            "plug": self._plug,
            "unplug": lambda it: self._connector(it).unplug(),
            "car": self._change_car,
            "swipe": lambda it: self._connector(it).session.swipe(given(it.id_tag)),
            "error": lambda it: self._connector(it).raise_fault(given(it.type), it.detail),
            "clear_error": lambda it: self._connector(it).clear_fault(),
            "cut": self._cut,
            "restore": lambda it: self._post(it).link.restore(),
            "reboot": lambda it: self._post(it).point.reboot(StopReason.REBOOT),
            "speed": lambda it: self._fleet.run_at(Speed(given(it.factor))),
            "drift": lambda it: self._post(it).point.set_drift(Seconds(given(it.seconds))),
            "quit": lambda _it: self.quitting.set(),
            "state": lambda _it: None,
        }
        actions[command.do](command)

    def _post(self, command: Command) -> Post:
        post = self._fleet.find(command.charger)
        if post is None:
            raise CommandError(f"there is no charger {command.charger!r}")
        return post

    def _connector(self, command: Command) -> Connector:
        post = self._post(command)
        connector = post.point.connector(command.connector)
        if connector is None:
            raise CommandError(f"{post.point.identity.point_id} has no connector {command.connector}")
        return connector

    def _plug(self, command: Command) -> None:
        connector = self._connector(command)
        if connector.outlet.is_plugged:
            raise CommandError(f"connector {command.connector} has a car already")
        connector.plug(_as_described(self._car, command))

    def _change_car(self, command: Command) -> None:
        connector = self._connector(command)
        if connector.outlet.car is None:
            self._car = _as_described(self._car, command)
        else:
            connector.advance()
            connector.outlet.car = _as_described(connector.outlet.car, command)
            connector.limits_changed()

    def _cut(self, command: Command) -> None:
        link = self._post(command).link
        link.cut()
        if command.seconds is not None:
            world = self._fleet.world
            due = after(world.clock.now(), Seconds(max(command.seconds, 0)))
            world.agenda.call_at(due, lambda _now: link.restore())

    async def _wait(self, command: Command) -> None:
        world = self._fleet.world
        limit = Seconds(max(command.seconds or 0, 0))
        if command.status is None:
            await world.sleep(limit)
            return
        connector = self._connector(command)
        deadline = Instant(world.clock.now() + limit)
        while connector.status != command.status:
            if world.clock.now() >= deadline:
                raise CommandError(f"still {connector.status}, not {command.status}, after {limit:g} s")
            await asyncio.sleep(_LOOK_AGAIN_S)


def _as_described(car: Car, command: Command) -> Car:
    model: CarModel = car.model
    if command.battery_wh is not None:
        model = replace(model, battery_wh=WattHours(command.battery_wh))
    if command.max_current_a is not None:
        model = replace(model, max_current_a=Amps(command.max_current_a))
    if command.phases is not None:
        model = replace(model, phases=command.phases)
    return Car(model, car.soc if command.soc_ratio is None else Ratio(command.soc_ratio))


def _post_state(post: Post) -> dict[str, Any]:
    point = post.point
    return {
        "id": point.identity.point_id,
        "network": "cut" if post.link.is_cut else "up",
        "online": point.calls.is_online,
        "messages_kept": len(point.calls.kept),
        "clock_offset_s": point.clock_offset,
        "firmware": point.identity.firmware,
        "connectors": [_connector_state(connector) for connector in point.connectors],
    }


def _connector_state(connector: Connector) -> dict[str, Any]:
    connector.advance()
    outlet, transaction = connector.outlet, connector.session.transaction
    return {
        "connector": connector.number,
        "plugged": outlet.is_plugged,
        "status": connector.status,
        "error": None if outlet.fault is None else outlet.fault.type,
        "power_w": round(outlet.power_w, 1),
        "soc_ratio": None if outlet.car is None else round(outlet.car.soc, 4),
        "transaction": transaction is not None,
        "transaction_id": None if transaction is None else transaction.transaction_id,
        "id_tag": None if transaction is None else transaction.id_tag,
        "pilot": outlet.pilot,
        "offered_a": outlet.offered_a,
        "current_a": [
            round(outlet.phase_current_a(phase), 2) for phase in range(1, outlet.wiring.phases + 1)
        ],
        "register_wh": round(outlet.register_wh, 3),
        "temperature_c": round(outlet.temperature_c, 1),
    }
