"""Sessions whose stop never comes: given up once the car has long gone, and still settled when it comes."""

import pytest
from tests.hub.rig import Rig

from chargedeck.domain.events import OutletState
from chargedeck.domain.register import Anomaly

pytestmark = pytest.mark.virtual_time

MINUTE = 60.0
HOUR = 60 * MINUTE


async def test_a_session_whose_car_has_gone_is_closed_when_it_went(rig: Rig) -> None:
    await rig.pass_time(HOUR)
    begun = await rig.charging()
    await rig.meter(1_500, ref=begun.ref)
    await rig.pass_time(MINUTE)
    rig.status(OutletState.AVAILABLE)
    left_at = rig.now
    await rig.pass_time(9 * MINUTE)
    await rig.meter(1_500)
    assert rig.charger.session is not None
    await rig.pass_time(2 * MINUTE)
    assert rig.charger.session is None
    session = rig.only_session()
    assert (session.energy_wh, session.ended_at, session.anomalies) == (
        500.0,
        left_at,
        (Anomaly.STOP_UNKNOWN,),
    )


async def test_its_stop_counts_when_it_comes_after_all(rig: Rig) -> None:
    begun = await rig.charging()
    rig.status(OutletState.AVAILABLE)
    left_at = rig.now
    await rig.pass_time(HOUR)
    for _ in range(2):
        assert (await rig.end(begun.ref, 1_800, at=left_at))[0]
    session = rig.only_session()
    assert (session.energy_wh, session.ended_at, session.anomalies) == (800.0, left_at, ())


@pytest.mark.parametrize(
    "state", [OutletState.CHARGING, OutletState.SUSPENDED_BY_CAR, OutletState.FINISHING, OutletState.FAULTED]
)
async def test_a_session_with_a_car_is_left_open(rig: Rig, state: OutletState) -> None:
    await rig.charging()
    rig.status(state)
    await rig.pass_time(24 * HOUR)
    assert rig.charger.session is not None


async def test_a_device_that_has_been_away_is_given_time_to_tell(rig: Rig) -> None:
    begun = await rig.charging()
    rig.status(OutletState.AVAILABLE)
    rig.disconnect()
    await rig.pass_time(24 * HOUR)
    assert rig.charger.session is not None
    rig.connect()
    await rig.pass_time(9 * MINUTE)
    assert rig.charger.session is not None
    await rig.end(begun.ref, 1_800, at=rig.ago(24 * HOUR))
    assert rig.only_session().anomalies == ()


async def test_an_offline_session_whose_stop_is_missing_does_not_stay_open_for_ever(rig: Rig) -> None:
    live = await rig.charging(9_000)
    old = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    await rig.meter(3_000, ref=old.ref, at=rig.ago(HOUR))
    await rig.pass_time(HOUR)
    former, present = rig.history()
    assert (former.ref, former.energy_wh) == (str(old.ref), 2_000.0)
    assert former.ended_at == present.started_at
    assert former.anomalies == (Anomaly.STOP_UNKNOWN,)
    assert (present.ref, present.ended_at) == (str(live.ref), None)


async def test_an_offline_session_that_outlived_the_present_one_ends_now(rig: Rig) -> None:
    live = await rig.charging(9_000)
    old = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    await rig.end(live.ref, 9_100)
    rig.status(OutletState.AVAILABLE)
    await rig.pass_time(HOUR)
    former, _ = rig.history()
    assert former.ref == str(old.ref)
    assert former.ended_at is not None
    assert former.ended_at > former.started_at


async def test_what_an_open_session_has_reached_is_kept_as_it_goes(rig: Rig) -> None:
    await rig.charging()
    await rig.pass_time(HOUR)
    (record,) = rig.history()
    assert record.charging_time_s >= HOUR - 31
