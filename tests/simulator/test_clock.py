"""Simulated time: speed, agenda, and an event loop that keeps to it."""

import asyncio

from chargedeck.simulator.clock import Agenda, Clock, Instant, Speed
from chargedeck.simulator.driver import AgendaDriver
from chargedeck.simulator.world import new_world


class HandClock:
    """Real time for the tests."""

    def __init__(self) -> None:
        self.real = 100.0

    def __call__(self) -> float:
        return self.real


def test_a_change_of_speed_makes_no_jump() -> None:
    hands = HandClock()
    clock = Clock(hands, Instant(1000))
    hands.real += 5
    assert clock.now() == 1005.0
    clock.run_at(Speed(60))
    assert clock.now() == 1005.0
    hands.real += 2
    assert clock.now() == 1125.0
    assert clock.real_wait(Instant(1185)) == 1.0
    assert clock.real_wait(Instant(1)) == 0.0


def test_timers_fire_in_order_once_and_not_when_cancelled() -> None:
    agenda, fired = Agenda(), list[str]()
    agenda.call_at(Instant(3), lambda _: fired.append("third"))
    agenda.call_at(Instant(1), lambda _: fired.append("first"))
    cancelled = agenda.call_at(Instant(2), lambda _: fired.append("never"))
    agenda.call_at(Instant(1), lambda _: fired.append("second"))
    cancelled.cancel()
    assert agenda.next_due() == 1.0
    agenda.run_due(Instant(2.5))
    assert fired == ["first", "second"]
    assert agenda.next_due() == 3.0
    agenda.run_due(Instant(3))
    agenda.run_due(Instant(4))
    assert fired == ["first", "second", "third"]
    assert agenda.next_due() is None


def test_no_more_timers_at_once_than_the_sockets_can_wait_for() -> None:
    agenda, fired = Agenda(), list[int]()
    for number in range(50):
        agenda.call_at(Instant(number), lambda _, number=number: fired.append(number))  # type: ignore[misc]
    agenda.run_due(Instant(100), at_most=20)
    assert fired == list(range(20))


async def test_an_hour_passes_in_the_blink_of_an_eye() -> None:
    world = new_world(Speed(36_000))
    with AgendaDriver(world.agenda, world.clock) as driver:
        done = asyncio.Event()
        world.agenda.call_at(Instant(world.clock.now() + 3600), lambda _: done.set())
        async with asyncio.timeout(2):
            await done.wait()
        world.clock.run_at(Speed(1))
        driver.rearm()
        waiting = asyncio.ensure_future(world.sleep(world.interval(world.clock.real_wait(Instant(0)))))
        async with asyncio.timeout(2):
            await waiting
