"""Chargers are kept to the hours that people have set, and to what the grid operator leaves them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.hub.rig import ANNA
from tests.hub.timetables import HOUR, NOON, SIXTEEN, Home

from chargedeck.domain.actions import Action
from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.meter import MeterPhase
from chargedeck.domain.problems import (
    NotPossibleNowError,
)
from chargedeck.domain.units import Amps, Volts, Watts
from chargedeck.energy.modes import Mode
from chargedeck.energy.schedule import Why
from chargedeck.hub.commands import LimitCurrent
from chargedeck.hub.management import MAIN
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.station_meters import Source, measured

pytestmark = pytest.mark.virtual_time

# -- hours -----------------------------------------------------------------------------------------


async def test_forbidden_hours_pause_the_car_at_once_in_every_mode(home: Home) -> None:
    await home.plug()
    rule = await home.forbid("10:00", "18:00")
    await home.rig.settle()
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.why == "forbidden hours until Sun 18:00"
    assert home.rig.link.limits[-1] == 0
    await home.pass_time(3)
    assert home.rig.badge() == Badge(Status.PAUSED, StatusReason.SCHEDULE)
    hours = home.rig.charger.view().hours
    assert hours is not None
    assert (hours.allowed, hours.why, hours.changes_at) == (False, Why.FORBIDDEN_HOURS, NOON + 6 * HOUR)
    await home.schedules.remove(rule.id, ANNA)
    await home.rig.settle()
    assert home.in_force == (LimitReason.USER, 16)
    assert home.rig.link.limits[-1] == 16
    assert home.rig.charger.view().hours is None


async def test_hours_change_when_they_should_and_not_before(home: Home) -> None:
    await home.plug()
    await home.allow("13:00", "14:00")
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.why == "outside the allowed hours until Sun 13:00"
    await home.pass_time(3_590, step=10)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    await home.pass_time(10)
    assert home.in_force == (LimitReason.USER, 16)
    await home.pass_time(3_600, step=10)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.charged_kwh == pytest.approx(SIXTEEN, rel=0.02)


async def test_without_a_car_the_next_one_begins_held(home: Home) -> None:
    await home.forbid("00:00", "00:00")
    assert home.rig.badge() == Badge(Status.AVAILABLE)
    await home.plug()
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.rig.link.limits[-1] == 0


async def test_charge_now_lifts_a_schedule_and_back_to_plan_brings_it_back(home: Home) -> None:
    await home.forbid("00:00", "00:00")
    await home.plug()
    orders = home.rig.charger.orders
    assert Action.CHARGE_NOW in home.rig.charger.view().actions
    await orders.charge_now(ANNA)
    await home.pass_time(5)
    assert home.in_force == (LimitReason.USER, 16)
    assert Action.BACK_TO_PLAN in home.rig.charger.view().actions
    await orders.back_to_plan(ANNA)
    await home.pass_time(2)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    with pytest.raises(NotPossibleNowError):
        await orders.back_to_plan(ANNA)


async def test_charge_now_and_the_rules_outlive_a_restart_and_end_with_the_session(home: Home) -> None:
    rule = await home.forbid("00:00", "00:00")
    await home.plug()
    await home.rig.charger.orders.charge_now(ANNA)
    await home.restart()
    await home.pass_time(2)
    assert home.in_force == (LimitReason.USER, 16)
    assert home.rig.charger.timetable.schedules == (rule,)
    await home.rig.end(home.ref or "", home.register)
    home.ref = None
    await home.pass_time(1)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert not home.rig.charger.record.charge_now
    await home.restart()
    assert home.in_force == (LimitReason.SCHEDULE, 0)


async def test_a_schedule_is_one_rung_among_others_while_a_breaker_is_shared(home: Home) -> None:
    await home.manage(mode=Mode.POWER)
    await home.plug()
    home.control.read(
        home.rig.fleet.station("home"),
        Source.GRID,
        MAIN,
        measured(home.rig.now, [MeterPhase(1, Volts(230), Amps(2))], None),
    )
    await home.forbid("00:00", "00:00")
    await home.pass_time(5)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    command = home.rig.link.asked(LimitCurrent)[-1]
    assert (command.session_a, command.fallback_a) == (Amps(0), Amps(6))


async def test_the_slider_moves_under_a_schedule_and_holds_once_it_allows(home: Home) -> None:
    await home.plug()
    rule = await home.forbid("00:00", "00:00")
    await home.rig.charger.orders.set_allowed_current(10, ANNA)
    await home.pass_time(3)
    sent = len(home.rig.link.asked(LimitCurrent))
    await home.pass_time(30)
    assert len(home.rig.link.asked(LimitCurrent)) == sent, "nothing has changed, nothing is said"
    await home.schedules.change(rule.id, lambda former: replace(former, enabled=False), ANNA)
    await home.rig.settle()
    assert home.in_force == (LimitReason.USER, 10)


async def test_chance_delays_a_scheduled_start_and_nobody_s_else(home: Home) -> None:
    await home.manage(random_delay_s=1800)
    await home.plug()
    await home.allow("13:00", "14:00")
    await home.pass_time(3_600, step=10)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.why is not None
    assert home.why.startswith("random delay until Sun 13:")
    hours = home.rig.charger.view().hours
    assert hours is not None
    assert hours.changes_at is not None
    late = hours.changes_at - (NOON + HOUR)
    assert timedelta(0) < late <= timedelta(seconds=1800)
    await home.rig.charger.orders.charge_now(ANNA)
    await home.pass_time(2)
    assert home.in_force == (LimitReason.USER, 16)


# -- the grid operator -----------------------------------------------------------------------------


async def test_the_grid_operator_dims_in_every_mode_and_nobody_overrides_it(home: Home) -> None:
    await home.rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(32)), ANNA)
    await home.rig.charger.orders.set_allowed_current(32, ANNA)
    await home.plug()
    until = home.rig.now + HOUR
    await home.manage(grid_operator_w=Watts(4200), grid_operator_until=until)
    await home.rig.settle()
    assert home.in_force == (LimitReason.GRID_OPERATOR, 18), "4.2 kW on one phase"
    assert home.why == "the grid operator allows 4.2 kW"
    command = home.rig.link.asked(LimitCurrent)[-1]
    assert command.fallback_a == Amps(18), "also while we are gone"
    assert Action.CHARGE_NOW not in home.rig.charger.view().actions
    await home.restart()
    await home.pass_time(2)
    assert home.in_force[0] is LimitReason.GRID_OPERATOR
    await home.pass_hours(1)
    assert home.in_force == (LimitReason.USER, 32)


async def test_an_idle_charger_keeps_no_more_than_the_law_leaves_it(home: Home) -> None:
    """Without us the next car gets what the device keeps."""
    await home.rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(32)), ANNA)
    await home.rig.charger.orders.set_allowed_current(32, ANNA)
    await home.rig.settle()
    assert home.rig.link.asked(LimitCurrent)[-1].kept_a == Amps(32)
    await home.manage(grid_operator_w=Watts(4200))
    await home.pass_time(2)
    told = home.rig.link.asked(LimitCurrent)[-1]
    assert (int(told.kept_a), int(told.session_a)) == (6, 6), "on three phases"
    await home.plug()
    since = len(home.rig.link.sent)
    await home.pass_time(2)
    assert home.in_force == (LimitReason.GRID_OPERATOR, 18), "4.2 kW on one phase, as its car has shown"
    assert all(one.session_a <= 18.3 for one in home.rig.link.sent[since:] if isinstance(one, LimitCurrent))
    assert int(home.rig.link.limits[-1]) == 18, "told at once"
    await home.manage(grid_operator_w=None)
    await home.pass_time(2)
    assert home.rig.link.asked(LimitCurrent)[-1].kept_a == Amps(32), "its people's again"


async def test_what_a_breaker_s_share_falls_to_is_dimmed_as_well(home: Home) -> None:
    await home.rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(32)), ANNA)
    await home.rig.charger.orders.set_allowed_current(32, ANNA)
    await home.plug()
    await home.manage(mode=Mode.POWER, meter_lost_current_a=Amps(32), grid_operator_w=Watts(4200))
    await home.pass_time(2)
    assert home.rig.link.asked(LimitCurrent)[-1].fallback_a == Amps(18)
    await home.manage(grid_operator_w=None)
    await home.pass_time(2)
    assert home.rig.link.asked(LimitCurrent)[-1].fallback_a == Amps(32), "the owner's again"
