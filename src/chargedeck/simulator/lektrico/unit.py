"""A device with its address: what clients, hands and bystanders meet; holds no physics."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chargedeck.domain.errors import ErrorType
from chargedeck.domain.units import Amps
from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import Instant, Seconds, Timer, after
from chargedeck.simulator.commands import Command, given
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.charger_methods import CHARGER_METHODS
from chargedeck.simulator.lektrico.http import Door, Manner
from chargedeck.simulator.lektrico.ladder import Reason
from chargedeck.simulator.lektrico.manners import as_sent, manner
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.module_methods import MODULE_METHODS
from chargedeck.simulator.lektrico.oddities import Oddities
from chargedeck.simulator.lektrico.page import page
from chargedeck.simulator.lektrico.quirks import Quirk
from chargedeck.simulator.lektrico.rpc import Reply, Request, Rpc
from chargedeck.simulator.lektrico.seen import module_state, outlet_state
from chargedeck.simulator.problems import CommandError
from chargedeck.simulator.world import World

BOOT_TIME = Seconds(5)
_UPDATE_TIME = Seconds(30)
_REBOOTS_EVERY = Seconds(120)
_IMPOSING = {"schedule": Reason.SCHEDULE, "ocpp": Reason.OCPP}
_SOON = Seconds(0.1)


@dataclass(frozen=True, slots=True)
class Login:
    """Who may ask, by HTTP Basic."""

    user: str
    password: str = field(repr=False)

    def admits(self, authorization: str | None) -> bool:
        """Whether a request's Authorization header is right."""
        scheme, _, token = (authorization or "").partition(" ")
        right = base64.b64encode(f"{self.user}:{self.password}".encode())
        return scheme.lower() == "basic" and secrets.compare_digest(token.strip().encode("latin-1"), right)


_REFUSED = Reply(401, b"", None, (("WWW-Authenticate", 'Basic realm="Lektrico"'),))
_NOT_FOUND = Reply(404, b"Not Found", "text/plain")


class Unit:
    """One device in the house's network."""

    def __init__(
        self, device: Charger | Module, world: World, host: str, port: int, login: Login | None
    ) -> None:
        self.device = device
        self.door = Door(self._answer, host, port)
        self.oddities = Oddities(device.plate.quirks)
        self._host = host
        self._world = world
        self._login = login
        self._asked = 0
        self._waiting: Timer | None = None
        self._tired: Timer | None = None
        self._opening: asyncio.Future[None] | None = None
        self._rpc: Rpc[Charger] | Rpc[Module] = (
            Rpc(device, CHARGER_METHODS, self.oddities)
            if isinstance(device, Charger)
            else Rpc(device, MODULE_METHODS, self.oddities)
        )
        device.restart = self._restart_soon

    @property
    def device_id(self) -> str:
        """What commands call it."""
        return self.device.plate.name or self.device.plate.device_id

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"{self._host}:{self.door.port}"

    async def start(self) -> None:
        """Open the door and begin to live."""
        await self.door.open()
        self._tire_later()
        if isinstance(self.device, Module):
            self.device.start()

    def stop(self) -> None:
        """No timer may outlive the run."""
        for timer in (self._waiting, self._tired):
            if timer is not None:
                timer.cancel()
        if isinstance(self.device, Module):
            self.device.stop()
        else:
            self.device.advance()
        self.device.save()
        self.door.close()

    # what a bystander sees

    def state(self) -> dict[str, Any]:
        """What a bystander sees."""
        device = self.device
        return {
            "id": self.device_id,
            "device_id": device.plate.device_id,
            "type": device.plate.kind.value,
            "address": self.address,
            "network": "cut" if device.is_cut else "up",
            "online": not (device.is_cut or device.is_off),
            "firmware": device.firmware,
            "quirks": sorted(self.oddities.named),
            "settings": dict(device.settings.values),
            "requests": self._asked,
            "calls": dict(self._rpc.calls),
            "connections": self.door.connections,
            "most_connections": self.door.most_connections,
            **(
                module_state(device) if isinstance(device, Module) else {"connectors": [outlet_state(device)]}
            ),
        }

    def status(self, connector: int) -> str:
        """The charger's extended state."""
        charger = self._charger(connector)
        charger.advance()
        return charger.state().value

    def car(self, connector: int) -> Car | None:
        """The car on the cable."""
        return self._charger(connector).outlet.car

    # what hands do

    def plug(self, connector: int, car: Car) -> None:
        """Put a car's cable in."""
        self._charger(connector).plug(car)

    def unplug(self, connector: int) -> None:
        """Pull the cable out."""
        self._charger(connector).unplug()

    def change_car(self, connector: int, car: Car) -> None:
        """Let the car on the cable be another one."""
        charger = self._charger(connector)
        charger.advance()
        charger.outlet.car = car

    def swipe(self, connector: int, id_tag: str) -> None:
        """Hold a card to the reader."""
        self._charger(connector).swipe(id_tag)

    def raise_fault(self, connector: int, error: ErrorType, detail: str | None) -> None:
        """Break something; of a module only the meter can break."""
        if isinstance(self.device, Charger):
            self._charger(connector).raise_fault(error, detail)
        elif error is ErrorType.METERING_ERROR:
            self.device.set_meter(lost=True)
        else:
            raise CommandError(f"{self.device_id} is an energy module: only metering_error can happen to it")

    def clear_fault(self, connector: int) -> None:
        """Mend what was broken."""
        if isinstance(self.device, Charger):
            self._charger(connector).clear_fault()
        else:
            self.device.set_meter(lost=False)

    def cut(self) -> None:
        """Pull the network cable."""
        self.device.is_cut = True
        self.door.cut()

    def restore(self) -> None:
        """Put the network cable in again."""
        self.device.is_cut = False
        self.door.restore()

    def reboot(self) -> None:
        """Take the power away for a moment."""
        self.device.is_updating = False
        self.device.power_off()
        self.door.close()
        self._wait(BOOT_TIME, self._boot)

    def set_drift(self, drift: Seconds) -> None:
        """Nobody has seen its clock."""
        raise CommandError(f"{self.device_id} tells nobody the time: no drift of {drift:g} s would be seen")

    def limit(self, command: Command) -> None:
        """Let its schedule, or an OCPP central system, hold the current down."""
        amps = None if command.current_a is None else Amps(command.current_a)
        self._charger(command.connector).impose(_IMPOSING[given(command.by)], amps)

    def quirk(self, command: Command) -> None:
        """Let the firmware be odd, or well again."""
        try:
            quirk = Quirk(given(command.quirk))
        except ValueError:
            raise CommandError(f"there is no quirk {command.quirk!r}; `simulate quirks` lists them") from None
        self.oddities.put(quirk, off=command.off)
        self._tire_later()

    def update(self, command: Command) -> None:
        """Install another firmware, and restart with it."""
        if isinstance(self.device, Charger) and self.device.session.is_active:
            raise CommandError(f"{self.device_id} charges; it takes firmware when nobody does")
        self.device.is_updating = True
        self._wait(_UPDATE_TIME, lambda _now: self._updated(given(command.firmware)))

    # what clients get

    def _answer(self, request: Request, authorization: str | None) -> tuple[Reply, Manner]:
        self._asked += 1
        if self._login is not None and not self._login.admits(authorization):
            return _REFUSED, Manner()
        return as_sent(self._reply(request), self.oddities), manner(self.oddities, self._asked)

    def _reply(self, request: Request) -> Reply:
        if request.path == "/rpc" or request.path.startswith("/rpc/"):
            return self._rpc.answer(request)
        if request.path == "/" and request.verb == "GET":
            return Reply(200, page(self.device), "text/html; charset=utf-8")
        return _NOT_FOUND

    # power

    def _restart_soon(self) -> None:
        self._wait(_SOON, lambda _now: self.reboot())

    def _boot(self, _now: Instant) -> None:
        self._waiting = None
        self.device.power_on()
        self._opening = self._world.spawn(self.door.open())

    def _updated(self, firmware: str) -> None:
        self.device.is_updating = False
        self.device.firmware = firmware
        self.reboot()

    def _tire_later(self) -> None:
        if self._tired is None and self.oddities.has(Quirk.REBOOTS):
            self._tired = self._at(_REBOOTS_EVERY, self._tire)

    def _tire(self, _now: Instant) -> None:
        self._tired = None
        if self.oddities.has(Quirk.REBOOTS):
            self.reboot()
            self._tired = self._at(_REBOOTS_EVERY, self._tire)

    def _wait(self, wait: Seconds, action: Callable[[Instant], None]) -> None:
        """Do one thing later, and not what was to be done before."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._at(wait, action)

    def _at(self, wait: Seconds, action: Callable[[Instant], None]) -> Timer:
        return self._world.agenda.call_at(after(self._world.clock.now(), wait), action)

    def _charger(self, connector: int) -> Charger:
        if not isinstance(self.device, Charger):
            raise CommandError(f"{self.device_id} is an energy module: no car can be plugged in")
        if connector != 1:
            raise CommandError(f"{self.device_id} has no connector {connector}")
        return self.device
