"""A charger that loses its power, that is told to restart, or whose program starts again."""

import pytest
from tests.simulator.lektrico.stillness import FAMILY_CAR, Stillness, charging, info, state

from chargedeck.domain.errors import ErrorType
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.memory import Memory
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate


@pytest.fixture
def still() -> Stillness:
    return Stillness()


def test_what_is_volatile_is_lost_with_the_power_and_the_counters_are_not(still: Stillness) -> None:
    charger = charging(still)
    charger.set_dynamic(10, 1)
    charger.configure("user_current", 20)
    still.pass_time(600)
    before = info(charger)
    charger.power_off()
    still.pass_time(2)
    assert info(charger)["current"] == 0, "a bystander looks meanwhile"
    still.pass_time(3)
    charger.power_on()
    after = info(charger)
    kept = ("session_id", "session_energy", "charging_time", "total_charged_energy")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert (after["dynamic_current"], charger.relay_mode) == (32, 3)
    assert charger.settings.number("user_current") == 20
    still.pass_time(60)
    after = info(charger)
    assert (after["extended_charger_state"], after["current"]) == ("C", 20)
    assert after["charging_time"] == 600 + 60 + 60, "five seconds without power do not count"


def test_counters_and_settings_outlive_the_program(still: Stillness) -> None:
    kept: list[Memory] = []
    plate = Nameplate(Kind.CHARGER_3P22K, 7)
    charger = Charger(plate, still.world, None, kept.append)
    charger.plug(FAMILY_CAR)
    charger.configure("led_max_brightness", 55)
    still.pass_time(600)
    charger.advance()
    charger.raise_fault(ErrorType.VOLTAGE_OUT_OF_RANGE, "over")
    charger.clear_fault()
    before = info(charger)
    again = Charger(plate, still.world, kept[-1], kept.append)
    after = info(again)
    same = ("session_id", "session_energy", "charging_time", "total_charged_energy", "led_max_brightness")
    assert [after[key] for key in same] == [before[key] for key in same]
    assert again.faults.logged == {"overvoltage_error"}
    still.pass_time(60)
    assert state(again) == "C"


def test_a_reset_waits_for_the_end_of_the_session(still: Stillness) -> None:
    charger = charging(still)
    restarts: list[float] = []
    charger.restart = lambda: restarts.append(charger.outlet.at)
    charger.reset()
    still.pass_time(600)
    assert charger.is_reset_wanted
    assert not restarts
    charger.stop()
    assert len(restarts) == 1
    assert not charger.is_reset_wanted
    charger.reset()
    assert len(restarts) == 2, "without a session it restarts at once"


def test_what_happens_without_power_counts_when_it_is_back(still: Stillness) -> None:
    charger = still.charger(headless=False)
    charger.power_off()
    charger.plug(FAMILY_CAR)
    charger.swipe("BLUE")
    still.pass_time(10)
    assert charger.session.number == 0
    charger.power_on()
    assert state(charger) == "B_AUTH"


def test_a_stopped_charger_stays_so_when_the_program_starts_again(still: Stillness) -> None:
    kept: list[Memory] = []
    plate = Nameplate(Kind.CHARGER_3P22K, 7)
    charger = Charger(plate, still.world, None, kept.append)
    charger.plug(FAMILY_CAR)
    charger.stop()
    again = Charger(plate, still.world, kept[-1], kept.append)
    assert (again.session.is_active, state(again)) == (False, "B")


def test_a_switch_that_the_power_interrupts_leaves_all_phases(still: Stillness) -> None:
    charger = charging(still)
    charger.set_dynamic(16, 1)
    still.pass_time(3)
    charger.power_off()
    still.pass_time(5)
    charger.power_on()
    still.pass_time(60)
    assert info(charger)["currents"] == [32, 32, 32]
