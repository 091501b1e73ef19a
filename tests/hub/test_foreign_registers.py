"""A device that mixes its registers, or whose meter begins anew: what its sessions keep of it."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.events import OutletState
from chargedeck.domain.register import Anomaly

LIFETIME = 1_861_119


def running(rig: Rig) -> float:
    session = rig.charger.session
    assert session is not None
    return session.register.energy_wh


def kept(rig: Rig) -> tuple[float, tuple[Anomaly, ...]]:
    session = rig.only_session()
    return session.energy_wh, session.anomalies


async def test_a_reading_of_another_register_never_becomes_the_energy(rig: Rig) -> None:
    """Its stop is lost, too, so that the highest reading stands."""
    begun = await rig.charging(0)
    await rig.pass_time(60)
    await rig.meter(LIFETIME)
    assert running(rig) == 0
    await rig.meter(1_000, ref=begun.ref)
    await rig.pass_time(60)
    await rig.meter(LIFETIME + 10, power=7_000)
    assert rig.charger.reading is not None
    assert (rig.charger.reading.register_wh, rig.charger.reading.power_w) == (1_000.0, 7_000.0)
    await rig.meter(1_500)
    assert running(rig) == 1_500, "what fits counts, also without the number of the session"
    await rig.crash()
    assert running(rig) == 1_500, "nor does it after a restart"
    await rig.pass_time(60)
    rig.connect()
    rig.status(OutletState.PREPARING)
    other = await rig.begun(0, tag="OTHER")
    await rig.end(other.ref, 700)
    assert sorted(rig.energies()) == [700, 1_500]


async def test_a_reading_that_nothing_can_charge_is_marked(rig: Rig) -> None:
    begun = await rig.charging(0)
    await rig.pass_time(60)
    await rig.meter(LIFETIME, ref=begun.ref)
    await rig.meter(900, ref=begun.ref)
    await rig.end(begun.ref, 1_000)
    assert kept(rig) == (1_000, (Anomaly.REGISTER_LEAPT,))


async def test_a_night_without_a_network_is_counted_whole(rig: Rig) -> None:
    begun = await rig.charging(1_000)
    await rig.meter(1_100, ref=begun.ref)
    await rig.pass_time(8 * 3_600)
    await rig.meter(81_000, ref=begun.ref)
    await rig.end(begun.ref, 82_000)
    assert kept(rig) == (81_000, ())


async def test_a_queue_that_comes_all_at_once_is_counted_by_its_own_times(rig: Rig) -> None:
    begun = await rig.charging(1_000)
    await rig.pass_time(4 * 3_600)
    for hours, register in ((3, 12_000), (2, 23_000), (1, 34_000)):
        await rig.meter(register, ref=begun.ref, at=rig.ago(hours * 3_600))
    assert running(rig) == 33_000
    await rig.end(begun.ref, 45_000)
    assert kept(rig) == (44_000, ())


async def test_a_clock_that_is_put_back_loses_nothing(rig: Rig) -> None:
    begun = await rig.charging(1_000)
    await rig.pass_time(3_600)
    await rig.meter(12_000, ref=begun.ref)
    await rig.pass_time(3_600)
    await rig.meter(23_000, ref=begun.ref, at=rig.ago(7_000))
    await rig.end(begun.ref, 34_000, at=rig.ago(9 * 3_600))
    assert kept(rig) == (33_000, (Anomaly.CLOCK_OFF,))


@pytest.mark.parametrize("crashes", [False, True])
async def test_a_meter_that_begins_anew_takes_nothing_away(rig: Rig, crashes: bool) -> None:
    begun = await rig.charging(0)
    for register in (9_000, 18_000, 0, 500):
        await rig.pass_time(1_800)
        await rig.meter(register, ref=begun.ref)
    assert running(rig) == 18_500
    if crashes:
        await rig.crash()
        rig.connect()
        await rig.pass_time(60)
        await rig.meter(700, ref=begun.ref)
    await rig.end(begun.ref, 800)
    assert kept(rig) == (18_800, (Anomaly.REGISTER_WENT_BACK,))
    assert rig.only_session().meter_stop_wh == 800.0
