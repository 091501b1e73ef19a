"""One run of emulated LEKTRI.CO devices from a plan: built, commanded, ended cleanly."""

from dataclasses import dataclass, field
from pathlib import Path

from chargedeck.simulator.car import Car
from chargedeck.simulator.clock import REAL_TIME, Seconds, Speed
from chargedeck.simulator.hands import Hands
from chargedeck.simulator.house import House
from chargedeck.simulator.inputs import Inputs, journal, say, until_over
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.household import Household, Network
from chargedeck.simulator.lektrico.nameplate import Nameplate
from chargedeck.simulator.open_files import allow_open_files
from chargedeck.simulator.problems import lone_cause
from chargedeck.simulator.world import new_world

_SOCKETS = 3
"""For each device: the one that it listens on, and its clients'."""

_FEW = 20
"""The addresses of more devices than this are not told one by one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run needs to know."""

    plates: tuple[Nameplate, ...]
    network: Network = field(default_factory=Network)
    inputs: Inputs = field(default_factory=Inputs)
    speed: Speed = REAL_TIME
    car: Car = field(default_factory=Car)
    plugged: bool = False
    """Whether a car is on every cable from the start."""
    house: House | None = None
    """None: a house as it comes, on as many phases as the devices have."""
    state_dir: Path | None = None
    journal: Path | None = None
    duration: Seconds | None = None


async def run(plan: Plan) -> None:
    """Carry out a plan until its time is over, a command or a signal ends it."""
    allow_open_files(_SOCKETS * len(plan.plates))
    world = new_world(plan.speed)
    with journal(plan.journal, world):
        household = Household(world, plan.plates, plan.network, plan.house, plan.state_dir)
        for unit in household if plan.plugged else ():
            if isinstance(unit.device, Charger) and not unit.device.outlet.is_plugged:
                unit.plug(1, plan.car)
        try:
            async with household.running():
                _tell(household)
                await until_over(plan.inputs, Hands(household, car=plan.car), plan.duration)
        except ExceptionGroup as group:
            raise lone_cause(group) from group


def _tell(household: Household) -> None:
    units = list(household)
    for unit in units[:_FEW]:
        say(f"{unit.device_id} on http://{unit.address}")
    if len(units) > _FEW:
        say(f"and {len(units) - _FEW} more, up to {units[-1].device_id} on http://{units[-1].address}")
