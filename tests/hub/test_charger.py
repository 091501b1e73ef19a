"""The actor: what a device says becomes a state, a badge, a session and a screen."""

import pytest
from tests.hub.rig import ANNA, Rig

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.errors import ErrorType
from chargedeck.domain.events import OutletState
from chargedeck.domain.session import State
from chargedeck.hub.ports import Capabilities

pytestmark = pytest.mark.virtual_time

AVAILABLE = Badge(Status.AVAILABLE)
CHARGING = Badge(Status.CHARGING)
VEHICLE = Badge(Status.AWAITING, StatusReason.VEHICLE)
LOCKED = Badge(Status.AVAILABLE, StatusReason.LOCKED)
AUTHORIZATION = Badge(Status.AWAITING, StatusReason.AUTHORIZATION)


# -- the state ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "badge", "plugged"),
    [
        pytest.param("available", AVAILABLE, False, id="free"),
        pytest.param("preparing", AUTHORIZATION, True, id="a car waits"),
        pytest.param("preparing available", AVAILABLE, False, id="and leaves"),
        pytest.param("charging", CHARGING, True, id="it charges"),
        pytest.param("charging suspended_by_car", VEHICLE, True, id="the car has had enough"),
        pytest.param("charging suspended_by_charger", Badge(Status.PAUSED), True, id="the charger holds"),
        pytest.param("charging finishing", AVAILABLE, True, id="done, cable in"),
        pytest.param("finishing", AVAILABLE, True, id="done before we came"),
        pytest.param("preparing finishing", AVAILABLE, True, id="ended before it began"),
        pytest.param("finishing preparing", AVAILABLE, True, id="done, and the same car still"),
        pytest.param("charging available", AVAILABLE, False, id="states were skipped"),
        pytest.param("reserved", AUTHORIZATION, False, id="reserved"),
        pytest.param("unavailable", LOCKED, False, id="out of service"),
        pytest.param("preparing unavailable", LOCKED, True, id="with a car"),
        pytest.param("charging faulted", Badge(Status.PAUSED), True, id="broken, nothing flows"),
        pytest.param("preparing faulted", AUTHORIZATION, True, id="broken, and waits"),
    ],
)
async def test_what_an_outlet_says_is_what_is_shown(
    rig: Rig, states: str, badge: Badge, plugged: bool
) -> None:
    for state in states.split():
        rig.status(OutletState(state))
    assert (rig.badge(), rig.charger.view().plugged) == (badge, plugged)
    assert rig.charger.view().device_status is not None


async def test_a_state_told_twice_changes_nothing(rig: Rig) -> None:
    for state in OutletState:
        rig.status(state)
        once = (rig.state(), rig.charger.plugged, rig.badge())
        rig.status(state)
        assert (rig.state(), rig.charger.plugged, rig.badge()) == once


async def test_availability_is_shown_in_its_own_word(rig: Rig) -> None:
    assert rig.charger.view().availability == "operative"
    rig.status(OutletState.UNAVAILABLE)
    assert rig.charger.view().availability == "inoperative"


async def test_power_tells_what_a_charger_keeps_to_itself(rig: Rig) -> None:
    begun = await rig.charging()
    rig.status(OutletState.SUSPENDED_BY_CAR)
    await rig.meter(1_000, ref=begun.ref, power=49)
    assert rig.badge() == VEHICLE
    await rig.meter(1_000, ref=begun.ref, power=50)
    assert rig.badge() == CHARGING
    await rig.meter(1_000, ref=begun.ref, power=0)
    assert rig.badge() == CHARGING, "a car that may draw may also take a breath"
    await rig.charger.orders.pause(ANNA)
    assert rig.badge() == CHARGING, "no device has said that our zero took hold"
    await rig.meter(1_000, ref=begun.ref, power=0)
    assert rig.badge() == Badge(Status.PAUSED, StatusReason.USER)


async def test_power_without_a_session_makes_none(rig: Rig) -> None:
    await rig.meter(1_000, power=7_000)
    assert (rig.state(), rig.badge()) == (State.IDLE, AVAILABLE)


# -- connection --------------------------------------------------------------------------------


async def test_a_lost_connection_is_offline_and_the_last_values_stay(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_500, ref=begun.ref, power=7_000, current=10)
    rig.disconnect()
    view = rig.charger.view()
    assert (rig.badge(), view.actions) == (Badge(Status.OFFLINE), [])
    assert (view.power_w, view.session is not None) == (7_000, True)
    assert (view.connection.online, view.connection.address, view.connection.protocol) == (False, None, None)
    rig.connect()
    assert rig.badge() == CHARGING


# -- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", ErrorType)
async def test_each_error_is_shown_with_since_when_and_cleared(rig: Rig, error: ErrorType) -> None:
    since = rig.now
    rig.status(OutletState.FAULTED, error=error)
    await rig.pass_time(10)
    rig.status(OutletState.FAULTED, error=error)
    (shown,) = rig.charger.view().errors
    assert (shown.type, shown.detail, shown.since) == (error, error.value, since)
    assert (rig.badge().status is Status.ERROR) == (shown.severity != "warning")
    assert rig.charger.record.inspection_required == (error is ErrorType.RELAY_FAILURE)
    rig.status(OutletState.AVAILABLE)
    await rig.settle()
    assert rig.charger.view().errors == []
    assert rig.events("error_raised") == [{"type": error, "device_detail": error.value}]
    assert rig.events("error_cleared") == [{"type": error}]


async def test_one_error_takes_the_place_of_another(rig: Rig) -> None:
    rig.status(OutletState.FAULTED, error=ErrorType.OVERCURRENT)
    rig.status(OutletState.FAULTED, error=ErrorType.CRITICAL_TEMPERATURE)
    await rig.settle()
    assert [shown.type for shown in rig.charger.view().errors] == [ErrorType.CRITICAL_TEMPERATURE]
    assert len(rig.events("error_cleared")) == 1


async def test_in_error_nothing_is_started(rig: Rig) -> None:
    rig.status(OutletState.FAULTED, error=ErrorType.OVERCURRENT)
    assert Action.START not in rig.charger.view().actions
    rig.status(OutletState.AVAILABLE)
    assert Action.START in rig.charger.view().actions


# -- readings ----------------------------------------------------------------------------------


async def test_a_reading_that_comes_late_does_not_turn_the_screen_back(rig: Rig) -> None:
    begun = await rig.charging()
    early = rig.now
    await rig.pass_time(10)
    await rig.meter(1_500, ref=begun.ref, power=7_000)
    await rig.meter(1_400, ref=begun.ref, power=3_000, at=early)
    assert rig.charger.view().power_w == 7_000


async def test_a_clock_that_was_ahead_and_is_put_right_does_not_freeze_the_screen(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_400, ref=begun.ref, power=3_000, at=rig.ago(-7_200))
    await rig.pass_time(10)
    await rig.meter(1_500, ref=begun.ref, power=7_000)
    assert rig.charger.view().power_w == 7_000


async def test_readings_of_a_session_that_is_not_the_present_one_are_not_shown(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_500, ref=begun.ref, power=7_000)
    await rig.meter(9_500, ref=4_711, power=1)
    view = rig.charger.view()
    assert view.session is not None
    assert (view.power_w, view.session.energy_wh) == (7_000, 500)


async def test_power_is_the_sum_of_the_phases_where_no_total_is_told(rig: Rig) -> None:
    begun = await rig.charging()
    assert rig.charger.view().power_w is None
    await rig.meter(ref=begun.ref, current=10)
    view = rig.charger.view()
    assert view.power_w == 2_300
    (phase,) = view.phases
    assert (phase.voltage_v, phase.current_a, phase.power_w, phase.computed) == (230, 10, 2_300, ["power_w"])
    assert view.capabilities.three_phase is False


async def test_after_the_session_nothing_flows(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.meter(1_500, ref=begun.ref, power=7_000, current=10)
    await rig.end(begun.ref, 1_600)
    view = rig.charger.view()
    assert (view.power_w, view.session, view.soc_ratio, view.lifetime_energy_wh) == (0.0, None, None, 1_600)
    (phase,) = view.phases
    assert (phase.voltage_v, phase.current_a, phase.power_w) == (230, None, None)


async def test_the_lifetime_energy_outlives_a_restart(rig: Rig) -> None:
    assert rig.charger.view().lifetime_energy_wh is None
    begun = await rig.charging()
    await rig.end(begun.ref, 1_600)
    await rig.crash()
    assert rig.charger.view().lifetime_energy_wh == 1_600


# -- charging time -------------------------------------------------------------------------------


async def test_charging_time_counts_while_energy_flows(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.pass_time(600)
    rig.status(OutletState.SUSPENDED_BY_CAR)
    await rig.pass_time(300)
    rig.status(OutletState.CHARGING)
    await rig.pass_time(100)
    view = rig.charger.view()
    assert view.session is not None
    assert (view.session.charging_time_s, view.session.state) == (700, "charging")
    rig.status(OutletState.FAULTED, error=ErrorType.OVERCURRENT)
    await rig.pass_time(500)
    await rig.end(begun.ref, 2_000)
    assert rig.only_session().charging_time_s == pytest.approx(700, abs=1)


async def test_charging_time_outlives_a_crash(rig: Rig) -> None:
    begun = await rig.charging()
    await rig.pass_time(3_600)
    await rig.settle()
    await rig.crash()
    rig.connect()
    rig.status(OutletState.CHARGING)
    await rig.pass_time(600)
    await rig.end(begun.ref, 9_000)
    assert rig.only_session().charging_time_s == pytest.approx(4_200, abs=31)


def shown_s(rig: Rig) -> int:
    session = rig.charger.view().session
    assert session is not None
    return session.charging_time_s


async def charging_for(rig: Rig, seconds: int) -> float:
    """Charge at 6 kW with a reading every ten seconds; answers the session's register then."""
    ref = (await rig.charging()).ref
    for at in range(10, seconds + 1, 10):
        await rig.pass_time(10)
        await rig.meter(1_000 + at * 6_000 / 3_600, ref=ref, power=6_000)
    return 1_000 + seconds * 6_000 / 3_600


async def test_a_server_that_stops_in_order_forgets_no_charging_time(rig: Rig) -> None:
    await charging_for(rig, 50)
    await rig.restart()
    assert shown_s(rig) == 50


@pytest.mark.parametrize("stops", ["in order", "by a power cut"])
@pytest.mark.parametrize(
    "says_so", [True, False], ids=["the outlet says that it charges", "only the meter does"]
)
async def test_charging_time_goes_on_while_the_server_is_away(rig: Rig, stops: str, says_so: bool) -> None:
    register = await charging_for(rig, 50)
    await (rig.restart() if stops == "in order" else rig.crash())
    await rig.pass_time(100)
    rig.connect()
    if says_so:
        rig.status(OutletState.CHARGING)
    await rig.pass_time(10)
    await rig.meter(register + 110 * 6_000 / 3_600, power=6_000)
    assert shown_s(rig) == 160
    await rig.pass_time(40)
    await rig.end(rig.only_session().ref, register + 150 * 6_000 / 3_600)
    ended = rig.only_session()
    assert ended.charging_time_s == pytest.approx(200)
    assert ended.energy_wh / ended.charging_time_s * 3_600 == pytest.approx(6_000)


async def test_energy_from_before_a_silence_is_not_taken_for_time_in_it(rig: Rig) -> None:
    register = await charging_for(rig, 50)
    rig.status(OutletState.SUSPENDED_BY_CAR)
    await rig.restart()
    await rig.pass_time(3_600)
    rig.connect()
    rig.status(OutletState.CHARGING)
    await rig.pass_time(60)
    await rig.meter(register + 100, power=6_000)
    assert shown_s(rig) == 110


async def test_readings_from_a_silence_that_come_late_tell_of_it_piece_by_piece(rig: Rig) -> None:
    register = await charging_for(rig, 50)
    ref = rig.only_session().ref
    await rig.crash()
    await rig.pass_time(600)
    rig.connect()
    await rig.meter(register + 200, ref=ref, at=rig.ago(480), power=6_000)
    await rig.meter(register + 200, ref=ref, at=rig.ago(120), power=0)
    rig.status(OutletState.SUSPENDED_BY_CAR)
    await rig.meter(register + 200, ref=ref, power=0)
    assert shown_s(rig) == 170


async def test_two_power_cuts_in_a_row_count_no_time_twice(rig: Rig) -> None:
    register = await charging_for(rig, 50)
    await rig.crash()
    await rig.pass_time(100)
    rig.connect()
    rig.status(OutletState.CHARGING)
    await rig.pass_time(40)
    await rig.restart()
    await rig.pass_time(100)
    await rig.end(rig.only_session().ref, register + 240 * 6_000 / 3_600)
    assert rig.only_session().charging_time_s == pytest.approx(290)


# -- the rest of the screen ----------------------------------------------------------------------


async def test_a_session_that_is_over_for_the_outlet_is_shown_as_such_until_its_stop_comes(rig: Rig) -> None:
    await rig.charging()
    rig.status(OutletState.FINISHING)
    view = rig.charger.view()
    assert view.session is not None
    assert (view.session.state, view.status) == ("finishing", Status.AVAILABLE)


async def test_a_reservation_is_shown_until_the_outlet_is_used(rig: Rig) -> None:
    rig.device.reserved(1, 7, rig.ago(-600), rig.now)
    rig.status(OutletState.RESERVED)
    shown = rig.charger.view().reservation
    assert shown is not None
    assert (shown.id, shown.expires_at) == (7, rig.ago(-600))
    rig.status(OutletState.PREPARING)
    assert rig.charger.view().reservation is None
    rig.device.reserved(1, 8, None, rig.now)
    rig.device.reserved(1, None, None, rig.now)
    assert rig.charger.view().reservation is None


async def test_what_a_device_can_do_is_shown_while_it_is_there(rig: Rig) -> None:
    assert rig.charger.view().capabilities.reserves
    rig.link.capabilities = Capabilities(limits_current=False, unlocks=False)
    shown = rig.charger.view().capabilities
    assert not any((shown.limits_current, shown.unlocks, shown.reserves))
    assert shown.three_phase is None


async def test_the_screen_is_touched_by_every_change_and_told_of_every_session(rig: Rig) -> None:
    shown = rig.server.screen.shown
    begun = await rig.charging()
    assert ("charger", "garage") in shown
    await rig.end(begun.ref, 1_500)
    (session,) = [resource for (kind, _), resource in shown.items() if kind == "session"]
    view = session.view()
    assert (view.energy_wh, view.charger_name, view.origin, view.anomalies) == (500, "garage", "live", [])
    assert view.authorized_by.label == "Card 04A1B2"
