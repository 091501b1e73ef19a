"""What a station has learned of its wiring is written down, and known at once after a restart."""

from dataclasses import replace

import pytest
from tests.hub.controlled import control_of
from tests.hub.rig import ANNA, GARAGE, Rig

from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.units import Amps, ChargerId, Volts
from chargedeck.energy.modes import Mode
from chargedeck.hub.management import MAIN, Placement
from chargedeck.hub.station_control import StationControl
from chargedeck.hub.station_meters import Source, measured

pytestmark = pytest.mark.virtual_time

CHARGER = ChargerId(GARAGE)


async def begun(rig: Rig) -> StationControl:
    control = control_of(rig.context, rig.fleet)
    await control.load()
    control.start()
    return control


def push(rig: Rig, control: StationControl, car: float) -> None:
    """The charger's own L1 lies on the grid's L2."""
    phases = [MeterPhase(phase, Volts(230), Amps(2 + (car if phase == 2 else 0))) for phase in (1, 2, 3)]
    control.read(rig.fleet.station("home"), Source.GRID, MAIN, measured(rig.now, phases, None))


async def draw(rig: Rig, control: StationControl, ref: str, car: float) -> None:
    for _ in range(5):
        await rig.meter(1_000, ref=ref, current=car, power=car * 230)
        push(rig, control, car)
        await rig.pass_time(1)


async def test_learned_wiring_outlives_a_restart(rig: Rig) -> None:
    control = await begun(rig)
    unknown = {CHARGER: Placement(MAIN, None)}
    await control.change("home", lambda known: replace(known, mode=Mode.POWER, placements=unknown), ANNA)
    ref = str((await rig.charging()).ref)
    assert rig.fleet.station("home").rotation(CHARGER) is None
    for car in (0, 14, 6, 14, 0, 14, 6, 14):
        await draw(rig, control, ref, car)
    learned = rig.fleet.station("home").rotation(CHARGER)
    assert learned is not None
    assert learned[0] == 2
    assert await rig.context.book.learned_wiring() == {CHARGER: learned}
    control.close()
    await rig.restart()
    control = await begun(rig)
    assert rig.fleet.station("home").rotation(CHARGER) == learned
    await control.change("home", lambda known: replace(known, mode=Mode.OFF), ANNA)
    assert rig.fleet.station("home").rotation(CHARGER) == learned, "also while nothing is managed"
    control.close()
