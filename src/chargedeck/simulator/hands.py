"""Does what commands say to the devices, and tells their state; knows nothing of where commands come from."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chargedeck.domain.units import Amps, IdTag, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Instant, Seconds, Speed, after
from chargedeck.simulator.commands import Command, given
from chargedeck.simulator.handled import Handled, Scene
from chargedeck.simulator.house import House
from chargedeck.simulator.problems import CommandError

_LOOK_AGAIN_S = 0.02


@dataclass(frozen=True, slots=True)
class Card:
    """A card that lies beside the demo panel's reader."""

    label: str
    id_tag: IdTag


class Hands:
    """The hands that plug, swipe and break."""

    def __init__(self, scene: Scene, cards: Sequence[Card] = (), car: Car = Car()) -> None:
        self._scene = scene
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
        house = self._scene.house
        return {
            "speed": self._scene.world.clock.speed,
            "chargers": [device.state() for device in self._scene],
            "cards": [{"label": card.label, "id_tag": card.id_tag} for card in self._cards],
        } | ({} if house is None else {"house": house.state(self._scene.world.clock.now())})

    def _do(self, command: Command) -> None:
        """Every word but `wait`, which alone takes time."""
        actions: dict[str, Callable[[Command], None]] = {
            "plug": self._plug,
            "unplug": lambda it: self._device(it).unplug(it.connector),
            "car": self._change_car,
            "swipe": lambda it: self._device(it).swipe(it.connector, given(it.id_tag)),
            "error": lambda it: self._device(it).raise_fault(it.connector, given(it.type), it.detail),
            "clear_error": lambda it: self._device(it).clear_fault(it.connector),
            "cut": self._cut,
            "restore": lambda it: self._device(it).restore(),
            "reboot": lambda it: self._device(it).reboot(),
            "speed": lambda it: self._scene.run_at(Speed(given(it.factor))),
            "drift": lambda it: self._device(it).set_drift(Seconds(given(it.seconds))),
            "limit": lambda it: self._device(it).limit(it),
            "quirk": lambda it: self._device(it).quirk(it),
            "update": lambda it: self._device(it).update(it),
            "house": lambda it: self._house().set(it.load_w, it.sun_w),
            "quit": lambda _it: self.quitting.set(),
            "state": lambda _it: None,
        }
        actions[command.do](command)

    def _device(self, command: Command) -> Handled:
        for device in self._scene:
            if command.charger in (None, device.device_id):
                return device
        raise CommandError(f"there is no charger {command.charger!r}")

    def _house(self) -> House:
        house = self._scene.house
        if house is None:
            raise CommandError("there is no house here")
        return house

    def _plug(self, command: Command) -> None:
        device = self._device(command)
        if device.car(command.connector) is not None:
            raise CommandError(f"connector {command.connector} has a car already")
        device.plug(command.connector, _as_described(self._car, command))

    def _change_car(self, command: Command) -> None:
        device = self._device(command)
        car = device.car(command.connector)
        if car is None:
            self._car = _as_described(self._car, command)
        else:
            device.change_car(command.connector, _as_described(car, command))

    def _cut(self, command: Command) -> None:
        device = self._device(command)
        device.cut()
        if command.seconds is not None:
            world = self._scene.world
            due = after(world.clock.now(), Seconds(max(command.seconds, 0)))
            world.agenda.call_at(due, lambda _now: device.restore())

    async def _wait(self, command: Command) -> None:
        world = self._scene.world
        limit = Seconds(max(command.seconds or 0, 0))
        if command.status is None:
            await world.sleep(limit)
            return
        device = self._device(command)
        deadline = Instant(world.clock.now() + limit)
        while (status := device.status(command.connector)) != command.status:
            if world.clock.now() >= deadline:
                raise CommandError(f"still {status}, not {command.status}, after {limit:g} s")
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
