"""How an energy module shares a connection: the rules alone, and with chargers in a house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulator.lektrico.stillness import FAMILY_CAR, Stillness, info, quiet_house

from chargedeck.domain.units import Amps
from chargedeck.simulator.clock import Seconds, Speed
from chargedeck.simulator.lektrico.balance import Mode, Rules, share, step
from chargedeck.simulator.lektrico.charger import Charger
from chargedeck.simulator.lektrico.memory import Memory
from chargedeck.simulator.lektrico.module import Module
from chargedeck.simulator.lektrico.module_methods import meter_info
from chargedeck.simulator.lektrico.nameplate import Kind, Nameplate
from chargedeck.simulator.lektrico.params import Params


def rules(mode: Mode, breaker: float = 25, hybrid: float = 6, pv: float = 6, car: float = 6) -> Rules:
    return Rules(mode, Amps(breaker), Amps(hybrid), Amps(pv), Amps(car))


@pytest.mark.parametrize(
    ("rule", "house", "cars", "amps"),
    [
        pytest.param(rules(Mode.OFF), (30, 30, 30), 2, 32, id="off: nobody is held down"),
        pytest.param(rules(Mode.POWER), (5, 9, 2), 1, 16, id="power: what the fullest phase leaves"),
        pytest.param(rules(Mode.POWER), (5, 9, 2), 2, 8, id="power: two share"),
        pytest.param(rules(Mode.POWER), (5, 9, 2), 3, 0, id="power: less than 6 A for each is nothing"),
        pytest.param(rules(Mode.POWER_SHARE), (5, 9, 2), 2, 8, id="power share is power among stations"),
        pytest.param(rules(Mode.POWER, car=10), (16, 16, 16), 1, 0, id="less than the car's least"),
        pytest.param(rules(Mode.POWER, breaker=100), (0, 0, 0), 1, 32, id="no more than the hardware"),
        pytest.param(rules(Mode.HYBRID, hybrid=8), (3, 3, 3), 1, 8, id="hybrid: at least its minimum"),
        pytest.param(rules(Mode.HYBRID), (-14, -14, -14), 1, 14, id="hybrid: all of the sun"),
        pytest.param(rules(Mode.HYBRID, hybrid=16), (15, 3, 3), 1, 10, id="hybrid: never over the breaker"),
        pytest.param(rules(Mode.GREEN), (-9, -9, -9), 1, 9, id="green: the sun alone"),
        pytest.param(rules(Mode.GREEN), (-5, -5, -5), 1, 0, id="green: too little sun"),
        pytest.param(rules(Mode.GREEN, pv=2), (-3, -3, -3), 1, 6, id="green: little sun is allowed"),
        pytest.param(rules(Mode.GREEN), (4, 4, 4), 1, 0, id="green: no sun"),
    ],
)
def test_a_share(rule: Rules, house: tuple[float, ...], cars: int, amps: float) -> None:
    assert share(rule, [Amps(each) for each in house], cars, Amps(32)) == amps


@pytest.mark.parametrize(
    ("before", "target", "after"), [(32, 6, 6), (6, 32, 7), (0, 20, 6), (12, 0, 0), (9, 9, 9)]
)
def test_down_at_once_and_up_slowly(before: float, target: float, after: float) -> None:
    assert step(Amps(before), Amps(target), Seconds(1)) == after


AMPS = st.floats(-40, 40)


@given(st.sampled_from([Mode.POWER, Mode.HYBRID, Mode.GREEN]), AMPS, AMPS, AMPS, st.integers(1, 6))
def test_the_breaker_is_never_overdrawn(mode: Mode, l1: float, l2: float, l3: float, cars: int) -> None:
    house = [Amps(l1), Amps(l2), Amps(l3)]
    granted = float(share(rules(mode), house, cars, Amps(32)))
    assert granted == 0 or 6 <= granted <= 32
    assert granted == 0 or max(house) + cars * granted <= 25 + 1e-6


def settled(still: Stillness, module: Module, **keys: object) -> None:
    for name, value in keys.items():
        module.configure(name, value)
    still.pass_time(120)


def home(load_w: float = 0, sun_w: float = 0) -> tuple[Stillness, Charger, Module]:
    still = Stillness()
    charger = still.charger()
    module = still.module(quiet_house(load_w, sun_w), charger)
    charger.plug(FAMILY_CAR)
    still.pass_time(60)
    return still, charger, module


def test_power_mode_keeps_the_house_under_its_breaker() -> None:
    still, charger, module = home(load_w=6_900)
    assert info(charger)["current"] == 32
    settled(still, module, breaker_rating=25, load_balancing_mode=1)
    seen = info(charger)
    assert (seen["em_current"], seen["current_limit_reason"], seen["current"]) == (14, 6, 14)
    assert all(reading.current_a <= 25 for reading in module.readings())
    module.house.set([0, 0, 0], 0)
    still.pass_time(5)
    assert info(charger)["em_current"] == 19
    still.pass_time(30)
    assert info(charger)["em_current"] == 25


def test_green_mode_follows_the_sun_and_pauses_without() -> None:
    still, charger, module = home(load_w=690, sun_w=9_000)
    settled(still, module, load_balancing_mode=3)
    granted = info(charger)["em_current"]
    assert granted == 12
    assert all(reading.power_w <= 0 for reading in module.readings())
    module.house.set([230, 230, 230], 0)
    still.pass_time(10)
    seen = info(charger)
    assert (seen["extended_charger_state"], seen["current_limit_reason"], seen["em_current"]) == (
        "B_PAUSE",
        6,
        0,
    )


def test_a_forced_single_phase_is_the_modes_own() -> None:
    still, charger, module = home(sun_w=9_000)
    settled(still, module, green_forced_single_phase=True, load_balancing_mode=1)
    assert charger.outlet.wiring.phases == 3
    settled(still, module, load_balancing_mode=3)
    assert charger.outlet.wiring.phases == 1
    currents = info(charger)["currents"]
    assert isinstance(currents, list)
    assert currents[1:] == [0, 0]


def test_without_its_meter_the_chargers_get_the_safe_current() -> None:
    still, charger, module = home(load_w=690)
    settled(still, module, load_balancing_mode=1, lb_meter_offline_current=8)
    module.set_meter(lost=True)
    still.pass_time(5)
    seen = info(charger)
    assert (seen["current_limit_reason"], seen["em_current"], seen["current"]) == (5, 8, 8)
    assert meter_info(module, Params())["voltage"] == [0, 0, 0]
    module.set_meter(lost=False)
    still.pass_time(30)
    assert info(charger)["current_limit_reason"] == 6


@pytest.mark.parametrize("how", ["power", "cut", "charger cut"])
def test_a_module_that_falls_silent_is_noticed_after_15_s(how: str) -> None:
    still, charger, module = home(load_w=690)
    settled(still, module, load_balancing_mode=1)
    if how == "power":
        module.power_off()
    else:
        (module if how == "cut" else charger).is_cut = True
    still.pass_time(13)
    assert info(charger)["current_limit_reason"] == 6
    still.pass_time(6)
    assert (info(charger)["current_limit_reason"], info(charger)["current"]) == (5, 6)
    if how == "power":
        module.power_on()
    module.is_cut = charger.is_cut = False
    still.pass_time(60)
    assert info(charger)["current_limit_reason"] == 6


def test_a_meter_type_of_off_meters_nothing() -> None:
    still, charger, module = home()
    settled(still, module, load_balancing_mode=1, lb_meter_type="Off")
    assert info(charger)["current_limit_reason"] == 5


def test_the_meter_reads_load_sun_and_cars_with_their_signs() -> None:
    still, charger, module = home(load_w=3_000, sun_w=1_500)
    seen = meter_info(module, Params())
    power = info(charger)["instant_power"]
    assert isinstance(power, float)
    assert seen["total_active_power"] == pytest.approx(1_500 + power, abs=1)
    assert all(0.9 < factor <= 1 for factor in seen["power_factor"])
    charger.unplug()
    module.house.set([100, 100, 100], 4_500)
    seen = meter_info(module, Params())
    assert seen["total_active_power"] == pytest.approx(-4_200)
    assert all(amps < 0 for amps in seen["current"])
    module.configure("reverse_current", value=True)
    assert meter_info(module, Params())["total_active_power"] == pytest.approx(4_200)
    assert still.entries


def test_an_em_sees_one_phase_of_the_house() -> None:
    still = Stillness()
    module = still.module(quiet_house(900), kind=Kind.MODULE_EM)
    seen = meter_info(module, Params())
    assert seen["active_p"] == [300, 0, 0]
    assert seen["voltage"][1:] == [0, 0]


def test_two_cars_share_and_a_full_one_leaves_its_share() -> None:
    still = Stillness()
    one, two = still.charger(), still.charger()
    module = still.module(quiet_house(690), one, two)
    for charger in (one, two):
        charger.plug(FAMILY_CAR)
    settled(still, module, breaker_rating=25, load_balancing_mode=1)
    assert [info(each)["current"] for each in (one, two)] == [11, 11]
    two.stop()
    still.pass_time(60)
    assert [info(each)["current"] for each in (one, two)] == [23, 0]


def test_a_module_is_heard_however_fast_time_runs() -> None:
    still, charger, module = home(load_w=690)
    settled(still, module, load_balancing_mode=1)
    still.world.clock.run_at(Speed(100))
    reasons = set()
    for _ in range(40):
        still.pass_time(0.1)
        reasons.add(info(charger)["current_limit_reason"])
    assert reasons == {6}


def test_a_modules_settings_outlive_the_program() -> None:
    still = Stillness()
    kept: list[Memory] = []
    plate = Nameplate(Kind.MODULE_3EM, 830_001)
    module = Module(plate, still.world, quiet_house(), None, kept.append)
    module.configure("breaker_rating", 63)
    again = Module(plate, still.world, quiet_house(), kept[-1], kept.append)
    assert again.settings.number("breaker_rating") == 63
    assert again.settings.text("lb_meter_type") == "Onboard"
