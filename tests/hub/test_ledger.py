"""Every session once, from register to register, however often, late or muddled it is told."""

import asyncio
from datetime import timedelta

import pytest
from tests.hub.rig import CARD, Rig

from chargedeck.domain.cards import AuthorizerKind, Verdict
from chargedeck.domain.events import OutletState
from chargedeck.domain.register import Anomaly
from chargedeck.domain.session import State
from chargedeck.hub.records import Origin

HOUR = 3_600


@pytest.fixture(autouse=True)
async def card(rig: Rig) -> None:
    """Everybody here has a card."""
    await rig.add_card()


async def test_a_session_from_start_to_stop(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    started_at = rig.now
    await rig.pass_time(60)
    await rig.meter(1_250, ref=begun.ref, power=7_000)
    await rig.pass_time(60)
    assert await rig.end(begun.ref, 1_400, tag=CARD, reason="EVDisconnected") == (True, begun.answer)
    session = rig.only_session()
    assert (session.started_at, session.ended_at) == (started_at, rig.now)
    assert (session.meter_start_wh, session.meter_stop_wh, session.energy_wh) == (1_000.0, 1_400.0, 400.0)
    assert (session.ref, session.stop_reason, session.id_tag) == (str(begun.ref), "EVDisconnected", CARD)
    assert session.authorized_by is not None
    assert session.authorized_by.kind is AuthorizerKind.CARD
    assert (session.origin, session.anomalies) == (Origin.LIVE, ())
    assert rig.charger.session is None
    assert rig.charger.record.lifetime_energy_wh == 1_400.0


async def test_what_the_device_was_told_is_on_disk(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    await rig.meter(1_300, ref=begun.ref)
    await rig.crash()
    (session,) = (rig.charger.session,)
    assert session is not None
    assert (session.record.ref, session.register.energy_wh) == (str(begun.ref), 300.0)
    rig.connect()
    await rig.end(begun.ref, 1_400)
    await rig.crash()
    assert rig.energies() == [400]
    assert rig.charger.session is None


# -- repeats -----------------------------------------------------------------------------------


async def test_a_start_whose_answer_was_lost_is_the_same_start(rig: Rig) -> None:
    at = rig.now
    first = await rig.begun(1_000)
    await rig.pass_time(5)
    assert await rig.begun(1_000, at=at) == first
    assert await rig.begun(1_000) == first, "also when the device stamps it anew"
    assert len(rig.history()) == 1


async def test_a_register_is_kept_though_the_device_has_set_its_clock_back(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    await rig.meter(1_300, ref=begun.ref, at=rig.ago(HOUR))
    await rig.crash()
    assert rig.charger.session is not None
    assert rig.charger.session.register.energy_wh == 300.0


async def test_a_repeat_is_known_though_energy_was_read_meanwhile(rig: Rig) -> None:
    at = rig.now
    first = await rig.begun(1_000)
    await rig.meter(1_100)
    await rig.pass_time(20)
    assert await rig.begun(1_000, at=at) == first
    await rig.end(first.ref, 1_300)
    assert rig.energies() == [300]


async def test_a_repeat_is_known_though_the_devices_clock_is_ahead(rig: Rig) -> None:
    ahead = rig.now + timedelta(hours=2)
    first = await rig.begun(1_000, at=ahead)
    await rig.meter(1_100, at=ahead)
    await rig.crash()
    rig.connect()
    assert await rig.begun(1_000, at=ahead) == first
    await rig.end(first.ref, 1_300, at=ahead)
    session = rig.only_session()
    assert (session.started_at, session.ended_at, session.energy_wh) == (rig.now, rig.now, 300.0)
    assert session.anomalies == (Anomaly.CLOCK_OFF,)


async def test_a_repeat_after_a_crash_is_known(rig: Rig) -> None:
    at = rig.now
    first = await rig.begun(1_000)
    await rig.pass_time(5)
    await rig.crash()
    rig.connect()
    assert await rig.begun(1_000, at=at) == first
    await rig.end(first.ref, 1_200)
    assert rig.energies() == [200]


async def test_a_start_told_again_after_its_session_was_closed_gets_its_old_number(rig: Rig) -> None:
    at = rig.now
    first = await rig.begun(1_000)
    await rig.end(first.ref, 1_200)
    await rig.pass_time(HOUR)
    assert await rig.begun(1_000, at=at) == first
    assert await rig.end(first.ref, 1_200) == (True, None)
    assert rig.energies() == [200]


async def test_a_start_that_a_person_gave_stays_accepted_when_it_is_repeated_after_a_crash(rig: Rig) -> None:
    at = rig.now
    rig.device.expect_remote("REMOTE-1", None)
    first = await rig.begun(1_000, tag="REMOTE-1")
    assert first.answer.verdict is Verdict.ACCEPTED
    await rig.crash()
    rig.connect()
    assert await rig.begun(1_000, tag="remote-1", at=at) == first


async def test_two_late_repeats_at_the_same_time_are_one(rig: Rig) -> None:
    at = rig.ago(HOUR)
    first, second = await asyncio.gather(rig.begun(1_000, at=at), rig.begun(1_000, at=at))
    assert first == second
    assert len(rig.history()) == 1


async def test_a_start_at_another_register_is_another_session(rig: Rig) -> None:
    first = await rig.begun(1_000)
    await rig.end(first.ref, 1_000)
    second = await rig.begun(1_000)
    assert second.ref != first.ref
    await rig.add_card("04A1B3")
    third = await rig.begun(1_000, tag="04A1B3")
    fourth = await rig.begun(1_001, tag="04A1B3")
    assert len({first.ref, second.ref, third.ref, fourth.ref}) == 4


async def test_two_outlets_at_one_register_are_two_sessions(rig: Rig) -> None:
    one, two = await rig.begun(0), await rig.begun(0, connector=2)
    assert one.ref != two.ref
    await rig.end(two.ref, 700)
    await rig.end(one.ref, 500)
    by_charger = {str(record.charger_id): record.energy_wh for record in rig.history()}
    assert by_charger == {"garage": 500.0, "garage~2": 700.0}


# -- stops -------------------------------------------------------------------------------------


async def test_a_stop_told_again_is_accepted_and_changes_nothing(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    await rig.end(begun.ref, 1_400)
    settled = rig.only_session()
    await rig.pass_time(30)
    assert await rig.end(begun.ref, 1_400) == (True, None)
    assert await rig.end(begun.ref, 9_999, at=settled.ended_at) == (True, None)
    assert rig.only_session() == settled


async def test_who_began_a_session_may_end_it_and_others_are_judged_for_themselves(rig: Rig) -> None:
    rig.device.expect_remote("REMOTE-1", None)
    begun = await rig.begun(1_000, tag="REMOTE-1")
    for _ in range(2):
        _, answer = await rig.end(begun.ref, 1_100, tag="remote-1")
        assert answer is not None
        assert answer.verdict is Verdict.ACCEPTED
    _, answer = await rig.end(begun.ref, 1_100, tag="STRANGER")
    assert answer is not None
    assert answer.verdict is Verdict.INVALID


async def test_a_stop_of_a_session_that_nobody_knows_is_recorded_once(rig: Rig) -> None:
    readings = [rig.reading(5_000, at=rig.ago(600)), rig.reading(5_200, at=rig.ago(300))]
    at = rig.now
    for _ in range(2):
        stored, answer = await rig.end(4_711, 5_500, at=at, tag=CARD, readings=readings)
        assert stored
        assert answer is not None
        assert answer.verdict is Verdict.ACCEPTED
        await rig.pass_time(90)
    session = rig.only_session()
    assert (session.energy_wh, session.origin) == (500.0, Origin.RECOVERED)
    assert (session.started_at, session.ended_at) == (at - timedelta(seconds=600), at)
    assert session.anomalies == (Anomaly.START_UNKNOWN,)
    assert session.authorized_by is not None
    assert session.authorized_by.kind is AuthorizerKind.CARD


async def test_the_same_unknown_stop_twice_at_the_same_time_is_one(rig: Rig) -> None:
    readings = [rig.reading(5_000)]
    await asyncio.gather(*(rig.end(4_711, 5_500, readings=readings) for _ in range(3)))
    assert rig.energies() == [500]


@pytest.mark.parametrize("ref", ["0", "-1"])
async def test_sessions_that_began_offline_without_a_number_are_told_apart_by_their_end(
    rig: Rig, ref: str
) -> None:
    for hours, start, stop in ((5, 1_000, 1_400), (4, 1_400, 2_000)):
        at = rig.ago(hours * HOUR)
        for _ in range(2):
            readings = [rig.reading(start, at=at - timedelta(minutes=30))]
            assert (await rig.end(ref, stop, at=at, readings=readings))[0]
    assert rig.energies() == [400, 600]


async def test_offline_sessions_that_a_device_numbers_anew_after_each_restart_are_all_kept(rig: Rig) -> None:
    told = [(4, 10_000, 15_000), (3, 15_000, 27_000), (2, 27_000, 27_500)]
    for hours, start, stop in [*told, *told]:
        at = rig.ago(hours * HOUR)
        readings = [rig.reading(start, at=at - timedelta(minutes=30)), rig.reading(stop, at=at)]
        assert (await rig.end(1, stop, at=at, readings=readings))[0]
    assert rig.energies() == [5_000, 12_000, 500]
    assert {record.anomalies for record in rig.history()} == {(Anomaly.START_UNKNOWN,)}


@pytest.mark.parametrize(
    ("later_s", "stop", "readings", "is_another"),
    [
        pytest.param(0, 1_500, (), False, id="word for word"),
        pytest.param(0, 1_600, (), False, id="at the same time"),
        pytest.param(60, 1_500, (), False, id="at the same register"),
        pytest.param(60, 1_700, (), True, id="at another time and register"),
        pytest.param(60, 1_700, ((-600, 1_000),), False, id="of the same time and energy"),
        pytest.param(60, 1_700, ((-60, 1_500),), True, id="of other energy, though not of another time"),
        pytest.param(600, 700, ((300, 0),), True, id="of another time, though not of other energy"),
        pytest.param(-3_600, 700, (), True, id="of long before"),
    ],
)
async def test_what_another_stop_of_an_ended_session_is(
    rig: Rig, later_s: float, stop: float, readings: tuple[tuple[float, float], ...], is_another: bool
) -> None:
    ended = rig.ago(7_200)
    begun = await rig.begun(1_000, at=ended - timedelta(seconds=1_200))
    await rig.end(begun.ref, 1_500, at=ended)
    at = ended + timedelta(seconds=later_s)
    told = [rig.reading(value, at=ended + timedelta(seconds=seconds)) for seconds, value in readings]
    for _ in range(2):
        assert (await rig.end(begun.ref, stop, at=at, readings=told))[0]
    assert len(rig.history()) == 1 + is_another
    assert 500 in rig.energies(), "what was settled stays"


async def test_a_stop_without_any_reading_keeps_what_it_can(rig: Rig) -> None:
    await rig.end(4_711, None, readings=[rig.reading(5_000), rig.reading(5_300), rig.reading()])
    await rig.end(4_712, None)
    assert sorted(rig.energies()) == [0, 300]


async def test_a_stop_from_a_clock_that_is_ahead_ends_now(rig: Rig) -> None:
    await rig.end(4_711, 500, at=rig.now + timedelta(hours=1))
    session = rig.only_session()
    assert (session.started_at, session.ended_at) == (rig.now, rig.now)
    assert session.anomalies == (Anomaly.START_UNKNOWN, Anomaly.CLOCK_OFF)


@pytest.mark.parametrize(
    ("read", "stop", "energy", "anomalies"),
    [
        pytest.param(1_500, 1_600, 600, (), id="more than was read"),
        pytest.param(1_500, 1_400, 400, (Anomaly.REGISTER_WENT_BACK,), id="less than was read"),
        pytest.param(1_500, 900, 500, (Anomaly.STOP_BELOW_START,), id="less than the start"),
        pytest.param(1_500, None, 500, (Anomaly.STOP_UNKNOWN,), id="no register"),
        pytest.param(0, 1_400, 400, (Anomaly.REGISTER_WENT_BACK,), id="a reading that began anew"),
    ],
)
async def test_the_register_of_the_stop_decides(
    rig: Rig, read: float, stop: float | None, energy: float, anomalies: tuple[Anomaly, ...]
) -> None:
    begun = await rig.begun(1_000)
    await rig.pass_time(10)
    await rig.meter(read, ref=begun.ref)
    await rig.end(begun.ref, stop)
    session = rig.only_session()
    assert (session.energy_wh, session.anomalies) == (energy, anomalies)


async def test_the_stops_own_readings_from_the_beginning_are_no_sign_of_a_register_that_went_back(
    rig: Rig,
) -> None:
    begun = await rig.begun(1_000)
    await rig.meter(1_200, ref=begun.ref)
    registers = (1_000, None, 1_300, 1_400)
    await rig.end(begun.ref, 1_400, readings=[rig.reading(register) for register in registers])
    session = rig.only_session()
    assert (session.energy_wh, session.anomalies) == (400.0, ())


async def test_readings_that_come_late_or_twice_change_no_energy(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    early = rig.now
    await rig.pass_time(20)
    await rig.meter(1_200, ref=begun.ref)
    await rig.meter(1_100, ref=begun.ref, at=early)
    await rig.meter(1_200, ref=begun.ref)
    session = rig.charger.session
    assert session is not None
    assert session.register.energy_wh == 200.0
    await rig.end(begun.ref, 1_300)
    assert (rig.only_session().energy_wh, rig.only_session().anomalies) == (300.0, ())


async def test_a_stop_before_its_start_ends_now(rig: Rig) -> None:
    begun = await rig.begun(1_000)
    await rig.pass_time(60)
    await rig.end(begun.ref, 1_200, at=rig.ago(HOUR))
    session = rig.only_session()
    assert (session.ended_at, session.anomalies) == (rig.now, (Anomaly.CLOCK_OFF,))


# -- what was queued while the network was down ---------------------------------------------------


async def test_the_car_that_left_while_the_network_was_down_stays_gone(rig: Rig) -> None:
    begun = await rig.charging(1_000)
    rig.disconnect()
    await rig.pass_time(HOUR)
    rig.connect()
    rig.status(OutletState.AVAILABLE, at=rig.ago(600))
    await rig.end(begun.ref, 3_000, at=rig.ago(1_200))
    assert (rig.state(), rig.charger.plugged) == (State.IDLE, False)
    session = rig.only_session()
    assert session.ended_at == rig.ago(1_200)
    assert session.charging_time_s == HOUR - 1_200, "no longer than the session"


# -- overlaps and lost stops -----------------------------------------------------------------------


async def test_a_start_over_an_open_session_closes_it_where_the_new_one_begins(rig: Rig) -> None:
    first = await rig.begun(1_000)
    await rig.meter(1_500, ref=first.ref)
    await rig.pass_time(30)
    second = await rig.begun(1_600)
    await rig.end(second.ref, 2_000)
    former, present = rig.history()
    assert (former.energy_wh, former.ended_at) == (500.0, present.started_at)
    assert former.anomalies == (Anomaly.STOP_UNKNOWN, Anomaly.OVERLAPPING)
    assert (present.energy_wh, present.anomalies) == (400.0, ())


async def test_the_stop_of_a_session_that_was_given_up_still_counts(rig: Rig) -> None:
    first = await rig.begun(1_000)
    at = rig.now
    await rig.pass_time(30)
    second = await rig.begun(1_600)
    for _ in range(2):
        assert (await rig.end(first.ref, 1_550, at=at))[0]
    former, present = rig.history()
    assert (former.energy_wh, former.ended_at, former.anomalies) == (550.0, at, (Anomaly.OVERLAPPING,))
    assert (present.ref, present.ended_at) == (str(second.ref), None)
    assert rig.charger.session is not None


async def test_after_a_crash_the_youngest_of_two_open_sessions_is_the_present_one(rig: Rig) -> None:
    live = await rig.begun(9_000)
    old = await rig.begun(1_000, at=rig.ago(2 * HOUR))
    await rig.crash()
    rig.connect()
    assert rig.charger.session is not None
    assert rig.charger.session.record.ref == str(live.ref)
    await rig.end(old.ref, 4_000, at=rig.ago(HOUR))
    await rig.end(live.ref, 9_100)
    assert rig.energies() == [3_000, 100]


async def test_an_open_session_whose_charger_is_not_there_any_more_can_be_stopped(rig: Rig) -> None:
    begun = await rig.begun(700, connector=2)
    await rig.server.ports.book.delete_charger(rig.fleet.charger("garage~2").id)
    await rig.restart()
    rig.connect()
    assert await rig.end(begun.ref, 900) == (True, None)
    assert rig.energies() == [200]
    assert rig.charger.session is None
