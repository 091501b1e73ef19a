"""All LEKTRI.CO devices of a process in one house: built, opened, announced, kept; knows no command."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chargedeck.simulator.clock import Speed
from chargedeck.simulator.house import House, HouseModel
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.mdns import announced
from chargedeck.simulator.lektrico.memory import Keep, Memory, forget
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.lektrico.unit import Login, Unit
from chargedeck.simulator.motion import Motion
from chargedeck.simulator.state_file import StateFile, file_name
from chargedeck.simulator.world import World


@dataclass(frozen=True, slots=True)
class Network:
    """Where devices listen, and how they are found there."""

    host: str = "127.0.0.1"
    port: int = 0
    """Of the first device, the others follow; 0: any that is free."""
    announces: bool = False
    login: Login | None = None


class Household:
    """A house, its chargers and its energy modules."""

    def __init__(
        self,
        world: World,
        plates: Sequence[Nameplate],
        network: Network,
        house: House | None = None,
        state_dir: Path | None = None,
    ) -> None:
        self.world = world
        wires = max((plate.wires for plate in plates), default=3)
        self.house = house or House(HouseModel(phases=wires))
        self.motion = Motion(world)
        self._network = network
        self._state_dir = state_dir
        if state_dir is not None:
            state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keeping: asyncio.Future[None] | None = None
        self._units = [self._unit(plate, place) for place, plate in enumerate(plates)]
        chargers = [unit.device for unit in self._units if isinstance(unit.device, Charger)]
        self.house.consumers.extend(charger.draw for charger in chargers)
        for module in self._modules():
            module.chargers = chargers

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units)

    def run_at(self, speed: Speed) -> None:
        """Let time pass this fast."""
        self.motion.run_at(speed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let time pass, with everything switched on."""
        async with self.motion.running(), self.opened():
            yield

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Switch everything on while somebody else lets time pass."""
        async with AsyncExitStack() as stack:
            stack.callback(self._switch_off)
            for unit in self._units:
                await unit.start()
            if self._state_dir is not None:
                self._keeping = self.world.spawn(self._keep_registers())
            if self._network.announces:
                devices = [(unit.device.plate, unit.door.port) for unit in self._units]
                await stack.enter_async_context(announced(devices, self._network.host))
            yield

    def _unit(self, plate: Nameplate, place: int) -> Unit:
        memory, keep = self._memory(plate)
        network = self._network
        device = (
            Charger(plate, self.world, memory, keep)
            if plate.kind.is_charger
            else Module(plate, self.world, self.house, memory, keep)
        )
        return Unit(device, self.world, network.host, network.port and network.port + place, network.login)

    def _memory(self, plate: Nameplate) -> tuple[Memory | None, Keep]:
        if self._state_dir is None:
            return None, forget
        file = StateFile(self._state_dir / file_name(plate.device_id), Memory)
        return file.load(), file.save

    def _modules(self) -> Iterator[Module]:
        return (unit.device for unit in self._units if isinstance(unit.device, Module))

    def _switch_off(self) -> None:
        for unit in self._units:
            unit.stop()

    async def _keep_registers(self) -> None:
        """Save registers as they move, so that a kill costs a second of energy at most."""
        while True:
            await asyncio.sleep(1)
            for unit in self._units:
                if isinstance(unit.device, Charger):
                    unit.device.advance()
                    unit.device.save()
