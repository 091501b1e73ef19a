"""What a device tells of the time without a network: each session once, beside what happens now."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.events import OutletState
from chargedeck.domain.session import State
from chargedeck.hub.records import Origin

HOUR = 3_600


@pytest.fixture(autouse=True)
async def card(rig: Rig) -> None:
    """Everybody here has a card."""
    await rig.add_card()


async def test_an_offline_session_lands_in_the_history_once(rig: Rig) -> None:
    started, stopped = rig.ago(2 * HOUR), rig.ago(HOUR)
    for _ in range(2):
        begun = await rig.begun(1_000, at=started)
        await rig.end(begun.ref, 4_000, at=stopped)
    session = rig.only_session()
    assert (session.started_at, session.ended_at, session.energy_wh) == (started, stopped, 3_000.0)
    assert (session.origin, session.charging_time_s, session.anomalies) == (Origin.OFFLINE, HOUR, ())


async def test_an_offline_session_leaves_an_idle_outlet_idle(rig: Rig) -> None:
    rig.status(OutletState.AVAILABLE)
    begun = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    assert rig.state() is State.IDLE
    await rig.end(begun.ref, 4_000, at=rig.ago(HOUR))
    assert (rig.state(), rig.charger.plugged) == (State.IDLE, False)


async def test_what_the_meter_says_now_is_no_energy_of_a_session_of_long_ago(rig: Rig) -> None:
    rig.status(OutletState.PREPARING)
    begun = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    await rig.meter(9_000)
    assert rig.charger.session is not None
    assert rig.charger.session.register.energy_wh == 0.0
    await rig.meter(2_500, ref=begun.ref, at=rig.ago(1.5 * HOUR))
    assert rig.charger.session.register.energy_wh == 1_500.0
    await rig.end(begun.ref, 4_000, at=rig.ago(HOUR))
    session = rig.only_session()
    assert (session.energy_wh, session.anomalies) == (3_000.0, ())


async def test_an_offline_session_does_not_displace_the_one_that_charges_now(rig: Rig) -> None:
    live = await rig.charging(9_000)
    old = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    present = rig.charger.session
    assert present is not None
    assert (present.record.ref, rig.state()) == (str(live.ref), State.CHARGING)
    await rig.meter(3_000, ref=old.ref, at=rig.ago(HOUR), power=0)
    await rig.meter(9_500, ref=live.ref, power=7_000)
    assert present.register.energy_wh == 500.0
    await rig.end(old.ref, 4_000, at=rig.ago(HOUR))
    assert rig.charger.session is present
    assert rig.state() is State.CHARGING
    await rig.end(live.ref, 10_000)
    assert rig.energies() == [3_000, 1_000]
    assert [record.anomalies for record in rig.history()] == [(), ()]


async def test_a_queue_that_ends_with_the_session_that_charges_now(rig: Rig) -> None:
    await rig.pass_time(3 * HOUR)
    rig.status(OutletState.CHARGING, at=rig.ago(600))
    for hours, start, stop in ((3, 1_000, 2_000), (2, 2_000, 4_000)):
        begun = await rig.begun(start, at=rig.ago(hours * HOUR))
        await rig.end(begun.ref, stop, at=rig.ago((hours - 0.5) * HOUR))
    live = await rig.begun(4_000, at=rig.ago(900))
    assert rig.state() is State.CHARGING
    assert rig.charger.session is not None
    assert rig.charger.session.record.ref == str(live.ref)
    await rig.end(live.ref, 4_500)
    assert rig.state() is State.FINISHING
    assert rig.energies() == [1_000, 2_000, 500]
