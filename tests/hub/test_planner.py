"""Chargers are ready in time, at the least cost; and what outlives a restart."""

from datetime import time, timedelta

import pytest
from tests.hub.rig import ANNA
from tests.hub.timetables import HOUR, NOON, SIXTEEN, Home, cheap_from

from chargedeck.domain.badge import Badge, Status, StatusReason
from chargedeck.domain.events import OutletState
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import Amps, WattHours
from chargedeck.energy.modes import Mode
from chargedeck.hub.charging_rules import RuleKind
from chargedeck.hub.orders import ChargerChanges
from chargedeck.hub.plan_summary import PlanState
from chargedeck.hub.planner import PLANNED_ANEW_AFTER

pytestmark = pytest.mark.virtual_time

# -- departures ------------------------------------------------------------------------------------


async def test_a_plan_waits_for_the_cheap_hours_and_is_ready_in_time(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    started = home.charged_kwh
    await home.ready(8, 7)
    await home.rig.settle()
    assert home.in_force == (LimitReason.PRICE, 0)
    assert home.why == "0.100 per kWh Sun 16:00, 0.300 now"
    plan = home.plan
    assert (plan.state, plan.ready_by) == (PlanState.WAITING, NOON + timedelta(hours=8, seconds=2))
    assert plan.energy_wh == 7000
    assert (plan.charges_from, plan.missing_wh, plan.weekly) == (NOON + 4 * HOUR, 0, False)
    await home.pass_hours(1)
    assert home.rig.badge() == Badge(Status.PAUSED, StatusReason.PRICE)
    assert home.charged_kwh == pytest.approx(started, abs=0.02)
    await home.pass_hours(3.1)
    assert home.state == PlanState.CHARGING
    await home.pass_hours(2.5)
    assert home.state == PlanState.DONE
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.why == "charged as planned"
    assert home.charged_kwh == pytest.approx(7, abs=0.2)
    await home.pass_hours(1.5)
    assert home.rig.charger.view().plan is None, "the departure is over"
    assert home.in_force == (LimitReason.USER, 16)


async def test_what_cannot_be_had_in_time_is_said_and_charged_as_far_as_possible(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(2, 30)
    assert home.in_force == (LimitReason.USER, 16)
    assert home.state == PlanState.CHARGING
    assert home.plan.missing_wh == pytest.approx(30_000 - 2 * SIXTEEN * 1000, abs=50)


async def test_new_prices_make_another_plan(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(8, 7)
    home.market.price = cheap_from(12)
    await home.pass_time(PLANNED_ANEW_AFTER.total_seconds() + 1, step=10)
    assert home.in_force == (LimitReason.USER, 16)
    assert home.state == PlanState.CHARGING


async def test_a_plan_keeps_to_the_hours_that_are_allowed(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    await home.forbid("16:00", "18:00")
    await home.ready(8, 7)
    view = home.schedules.view(home.rig.charger)
    assert view.charges_from == NOON + 6 * HOUR
    assert {slot.power_w for slot in view.slots if not slot.allowed} == {0}
    assert {slot.start.hour for slot in view.slots if not slot.allowed} == {16, 17}
    await home.pass_hours(4.2)
    assert home.in_force == (LimitReason.SCHEDULE, 0)


async def test_a_weekly_departure_is_planned_for_when_a_car_comes(home: Home) -> None:
    home.market.price = lambda at: 0.10 if at.hour in {2, 3} else 0.30
    await home.rule(RuleKind.DEPARTURE, ready_by=time(7), energy_wh=WattHours(7000))
    await home.pass_time(2)
    assert (home.plan.state, home.plan.ready_by) == (PlanState.NO_CAR, NOON + 19 * HOUR)
    assert home.rig.charger.view().hours is None
    await home.plug()
    assert (home.plan.state, home.plan.weekly, home.plan.charges_from) == (
        PlanState.WAITING,
        True,
        NOON + 14 * HOUR,
    )


async def test_of_two_departures_the_earlier_is_planned_for(home: Home) -> None:
    await home.rule(RuleKind.DEPARTURE, ready_by=time(15), energy_wh=WattHours(1000))
    await home.plug()
    await home.ready(2, 5)
    assert home.plan.energy_wh == 5000
    await home.schedules.unplan(home.rig.charger, ANNA)
    assert (home.plan.energy_wh, home.plan.weekly) == (1000, True)
    await home.schedules.unplan(home.rig.charger, ANNA)


async def test_energy_counts_for_one_departure_alone_also_over_a_restart(home: Home) -> None:
    await home.rule(RuleKind.DEPARTURE, ready_by=time(13), energy_wh=WattHours(2000))
    await home.plug()
    await home.pass_hours(0.9)
    assert home.state == PlanState.DONE
    assert home.plan.charged_wh == pytest.approx(2000, abs=60)
    await home.pass_hours(0.2)
    assert home.plan.ready_by == NOON + 25 * HOUR
    charged = home.plan.charged_wh
    assert charged < 1000, "a new departure needs its energy anew"
    await home.restart()
    await home.pass_time(3)
    assert home.plan.charged_wh == pytest.approx(charged, abs=100)
    assert home.plan.ready_by == NOON + 25 * HOUR


async def test_a_plan_outlives_a_restart(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(8, 7)
    before = home.plan
    await home.restart()
    await home.pass_time(2)
    assert home.in_force == (LimitReason.PRICE, 0)
    assert (home.plan.ready_by, home.plan.charges_from) == (before.ready_by, before.charges_from)


async def test_the_sun_is_taken_before_the_grid(home: Home) -> None:
    home.market.solar_w = lambda at: 3_700 if at.hour >= 15 else 0
    await home.plug()
    await home.ready(6, 7)
    assert home.in_force == (LimitReason.SOLAR, 0)
    assert home.why == "solar surplus of 3.7 kW expected Sun 15:00"
    await home.pass_time(2)
    assert home.rig.badge() == Badge(Status.PAUSED, StatusReason.SOLAR)


async def test_a_plan_goes_over_green_until_it_is_done_and_then_the_sun_decides(home: Home) -> None:
    await home.manage(mode=Mode.GREEN)
    await home.plug()
    await home.pass_time(2)
    assert home.in_force[0] in {LimitReason.SOLAR, LimitReason.METER_LOST}
    await home.manage(mode=Mode.GREEN, meter_lost_current_a=Amps(16))
    await home.pass_time(2)
    assert home.in_force == (LimitReason.SOLAR, 0)
    await home.ready(4, 1)
    await home.pass_time(1)
    assert LimitReason.SOLAR not in {rung.reason for rung in home.rig.charger.control.ladder.rungs}
    await home.pass_hours(0.5)
    assert home.state == PlanState.DONE
    assert home.in_force == (LimitReason.SOLAR, 0)


async def test_chance_delays_the_start_of_a_plan_that_has_time(home: Home) -> None:
    await home.manage(random_delay_s=1800)
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(8, 7)
    await home.pass_hours(4.01)
    assert home.in_force == (LimitReason.SCHEDULE, 0)
    assert home.why is not None
    assert home.why.startswith("random delay: starts in ")
    await home.pass_hours(0.5)
    assert home.in_force == (LimitReason.USER, 16)


async def test_chance_delays_no_plan_that_is_in_a_hurry(home: Home) -> None:
    await home.manage(random_delay_s=1800)
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(6, 2 * SIXTEEN - 0.1)
    await home.pass_hours(4.05)
    assert home.in_force == (LimitReason.USER, 16)


async def test_a_car_of_one_phase_is_planned_by_it_also_the_next_time(home: Home) -> None:
    await home.plug()
    await home.pass_time(5)
    await home.ready(8, 7)
    view = home.schedules.view(home.rig.charger)
    assert max(slot.power_w for slot in view.slots) == pytest.approx(SIXTEEN * 1000)
    assert home.rig.charger.timetable.record.car_phases == 1


async def test_a_car_that_takes_less_than_it_is_offered_is_planned_by_what_it_takes(home: Home) -> None:
    await home.rig.charger.orders.update(ChargerChanges(installation_current_a=Amps(32)), ANNA)
    await home.rig.charger.orders.set_allowed_current(32, ANNA)
    home.ref = str((await home.rig.charging()).ref)
    for _ in range(70):
        await home.rig.meter(1_000, ref=home.ref, current=10, power=2300)
        await home.rig.pass_time(1)
    preview = home.schedules.preview(home.rig.charger, home.rig.now + HOUR, WattHours(30_000))
    assert preview.slots[0].power_w == pytest.approx(2300)


async def test_a_preview_changes_nothing(home: Home) -> None:
    home.market.price = cheap_from(16)
    preview = home.schedules.preview(home.rig.charger, NOON + 8 * HOUR, WattHours(22_080))
    assert (preview.state, preview.missing_wh) == (PlanState.NO_CAR, 0)
    assert (preview.charges_from, preview.charges_until) == (NOON + 4 * HOUR, NOON + 6 * HOUR)
    assert preview.cost is not None
    assert preview.cost_at_once is not None
    assert (preview.cost.amount, preview.cost_at_once.amount) == ("2.21", "6.62")
    assert preview.cost.currency == "EUR"
    assert home.rig.charger.view().plan is None
    assert home.schedules.view(home.rig.charger).state is PlanState.NONE


async def test_the_price_words_of_every_slot_add_up_to_the_cost(home: Home) -> None:
    home.market.price = lambda at: 0.1 + at.hour / 100
    await home.plug()
    await home.ready(10, 20)
    view = home.schedules.view(home.rig.charger)
    assert sum(slot.energy_wh for slot in view.slots) == pytest.approx(20_000 - view.charged_wh, abs=5)
    assert view.cost is not None
    worth = sum(slot.energy_wh / 1000 * float(slot.buy or 0) for slot in view.slots)
    assert worth == pytest.approx(float(view.cost.amount), abs=0.01)


async def test_a_car_that_goes_leaves_nothing_of_its_plan(home: Home) -> None:
    home.market.price = cheap_from(16)
    await home.plug()
    await home.ready(8, 7)
    await home.rig.end(home.ref or "", home.register)
    home.rig.status(OutletState.AVAILABLE)
    home.ref = None
    await home.pass_time(2)
    assert home.state == PlanState.NO_CAR
    assert home.plan.charges_from is None
    assert home.in_force == (LimitReason.USER, 16)
