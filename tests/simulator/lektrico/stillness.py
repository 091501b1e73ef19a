"""A world whose time passes only when a test lets it, timer by timer."""

from chargedeck.domain.units import Amps, Ratio, WattHours
from chargedeck.simulator.car import Car, CarModel
from chargedeck.simulator.clock import Clock, Instant
from chargedeck.simulator.house import House, HouseModel
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.charger_methods import charger_info
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.params import Params
from chargedeck.simulator.world import JournalEntry, World

START = Instant(1_800_000_000)
FAMILY_CAR = Car(CarModel(WattHours(60_000), Amps(32), 3), Ratio(0.35))


class Stillness:
    """Time, and the devices in it."""

    def __init__(self) -> None:
        self._real = 0.0
        clock = Clock(lambda: self._real, START)
        self.world = World(clock=clock, wall=Clock(lambda: self._real, START))
        self.entries: list[JournalEntry] = []
        self.world.journal = self.entries.append

    def pass_time(self, seconds: float) -> None:
        """Let real time pass; what is due meanwhile happens at its moment."""
        clock, agenda = self.world.clock, self.world.agenda
        end = self._real + seconds
        while (due := agenda.next_due()) is not None and self._real + clock.real_wait(due) <= end:
            self._real += clock.real_wait(due)
            agenda.run_due(Instant(max(clock.now(), due)))
        self._real = end

    def charger(self, kind: Kind = Kind.CHARGER_3P22K, **plate: object) -> Charger:
        return Charger(Nameplate(kind, 500_006, **plate), self.world)  # type: ignore[arg-type]

    def module(self, house: House, *chargers: Charger, kind: Kind = Kind.MODULE_3EM) -> Module:
        module = Module(Nameplate(kind, 830_001), self.world, house)
        module.chargers = chargers
        house.consumers.extend(charger.draw for charger in chargers)
        module.start()
        return module


def info(charger: Charger) -> dict[str, object]:
    """What charger_info.get says."""
    return charger_info(charger, Params())


def charging(still: Stillness, **plate: object) -> Charger:
    """A charger that has charged for a minute."""
    charger = still.charger(**plate)  # type: ignore[arg-type]
    charger.plug(FAMILY_CAR)
    still.pass_time(60)
    assert state(charger) == "C"
    return charger


def state(charger: Charger) -> str:
    """Its extended state now."""
    charger.advance()
    return charger.state().value


def quiet_house(load_w: float = 0, sun_w: float = 0, phases: int = 3) -> House:
    """A house whose load (over all phases) and sun stand still."""
    house = House(HouseModel(phases=phases))
    house.set([load_w / phases] * phases, sun_w)
    return house
