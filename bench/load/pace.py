"""When a charge point speaks: as fast as it is answered, or at a fixed rate whatever the server does."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.load.charge_point import ChargePoint, State
from bench.load.swarm import Swarm

NS = 1_000_000_000
OPENING_AT_ONCE = 64
CONNECT_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Server:
    """Where the charge points connect to."""

    host: str
    port: int
    path: str


def connect(swarm: Swarm, server: Server, count: int, prefix: str) -> None:
    """Connect and boot all charge points, some at a time."""
    deadline = time.monotonic() + CONNECT_TIMEOUT_S
    while swarm.ready + swarm.failed < count and time.monotonic() < deadline:
        while len(swarm.points) < count and swarm.opening < OPENING_AT_ONCE:
            index = len(swarm.points)
            path = f"{server.path.rstrip('/')}/{prefix}{index}"
            swarm.add(ChargePoint(index, server.host, server.port, path))
        swarm.pump(0.05)


def hold(swarm: Swarm, seconds: float) -> None:
    """Stay connected, answer, and say nothing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        swarm.pump(0.05)


def settle(swarm: Swarm, at_most_s: float) -> None:
    """Bring the charge points to different places of their sessions, as they would be in the field."""
    length = len(swarm.cycle)
    goal = {point.index: number * length // len(swarm.points) for number, point in enumerate(swarm.points)}

    def on(point: ChargePoint, now_ns: int) -> None:
        if point.step < goal[point.index]:
            swarm.send_next(point, now_ns)

    swarm.answered = on
    _speak(swarm, on)
    deadline = time.monotonic() + at_most_s
    while any(point.expected for point in swarm.points) and time.monotonic() < deadline:
        swarm.pump(0.02)


def _speak(swarm: Swarm, first: Callable[[ChargePoint, int], None]) -> None:
    for number, point in enumerate(swarm.points):
        if point.state is State.READY and point.expected is None:
            first(point, time.monotonic_ns())
        if number % 64 == 63:
            swarm.pump(0)


def closed_loop(swarm: Swarm, warm_up_s: float, seconds: float, measure: Callable[[], None]) -> None:
    """Each charge point sends its next message when the last one was answered."""
    swarm.answered = swarm.send_next
    begin = time.monotonic_ns() + int(warm_up_s * NS)
    end = begin + int(seconds * NS)
    _speak(swarm, swarm.send_next)
    while (now := time.monotonic_ns()) < end and swarm.ready:
        if not swarm.measuring and now >= begin:
            measure()
        swarm.pump(0.02)


def open_loop(
    swarm: Swarm, rate: float, warm_up_s: float, seconds: float, measure: Callable[[], None]
) -> None:
    """Messages at a fixed total rate; one whose charge point still waits counts from when it was due."""
    swarm.answered = lambda point, _: _overdue(swarm, point)
    begin = time.monotonic_ns() + int(warm_up_s * NS)
    end = begin + int(seconds * NS)
    gap, next_ns, turn = NS / rate, float(time.monotonic_ns()), 0
    while (now := time.monotonic_ns()) < end and swarm.ready:
        if not swarm.measuring and now >= begin:
            measure()
        while next_ns <= now:
            point = swarm.points[turn % len(swarm.points)]
            turn += 1
            if point.state is State.READY:
                point.due.append(int(next_ns))
                if point.expected is None:
                    _overdue(swarm, point)
                next_ns += gap
        swarm.pump_until(int(next_ns))


def _overdue(swarm: Swarm, point: ChargePoint) -> None:
    if point.due:
        swarm.send_next(point, point.due.popleft())
