"""N charge points on one epoll loop; what a charge point sends when is left to `bench.load.pace`."""

import itertools
import re
import select
import sys
import time
from array import array
from collections.abc import Callable
from datetime import UTC, datetime

from bench.histogram import Histogram
from bench.load.charge_point import ChargePoint, State
from bench.load.cycle import ACTIONS, Step, answers, cycle, introduction
from bench.load.frames import PONG, TEXT, masked

_FIRST_ID = 100_000_000
_CALL, _RESULT, _ERROR = b"234"
_CALL_HEAD = re.compile(rb'\[\s*2\s*,\s*"([^"]*)"\s*,\s*"([^"]*)"')
_TRANSACTION = re.compile(rb'"transactionId"\s*:\s*(-?\d+)')
_COMPLAINTS = 5

Answered = Callable[[ChargePoint, int], None]


class Tally:
    """What was counted since the measuring began."""

    def __init__(self) -> None:
        self.latency = [Histogram() for _ in ACTIONS]
        self.results = self.errors = self.calls = self.unexpected = self.lost = 0


class Swarm:
    """All charge points, their loop and what they have counted."""

    def __init__(self, samples: int, marks: "array[int] | None" = None) -> None:
        self.points: list[ChargePoint] = []
        self.tally = Tally()
        self.measuring = False
        self.ready = self.failed = 0
        self.boot_latency = Histogram()
        self.answered: Answered = _nothing
        self.cycle = cycle(samples)
        self._boot, self._available = introduction()
        self._marks = marks
        self._epoll = select.epoll()
        self._by_fd: dict[int, ChargePoint] = {}
        self._buffer = bytearray(1 << 16)
        self._ids = itertools.count(_FIRST_ID)
        self._answers = dict(answers())
        self._clock, self._clock_ms = b"", 0
        self._complaints = 0

    # --- connecting

    def add(self, point: ChargePoint) -> None:
        """Take in a charge point whose upgrade was asked for."""
        point.opened_ns = time.monotonic_ns()
        self.points.append(point)
        self._by_fd[point.fd] = point
        self._epoll.register(point.fd, select.EPOLLIN)

    @property
    def opening(self) -> int:
        """How many have not booted yet."""
        return len(self.points) - self.ready - self.failed - self.tally.lost

    def _upgraded(self, point: ChargePoint, data: bytes) -> None:
        head, end, rest = (point.rest + data).partition(b"\r\n\r\n")
        if not end:
            point.rest = head
            return
        if not head.startswith(b"HTTP/1.1 101"):
            self._lose(point, head.partition(b"\r\n")[0].decode("latin-1"))
            return
        point.state, point.rest = State.BOOTING, b""
        self.send(point, self._boot, time.monotonic_ns())
        if rest:
            self._frames(point, rest)

    def _booted(self, point: ChargePoint, answer: bytes, now_ns: int) -> None:
        if b'"Accepted"' not in answer:
            self._lose(point, f"BootNotification was answered {answer.decode(errors='replace')[:200]}")
            return
        point.state = State.INTRODUCED
        self.boot_latency.add((now_ns - point.opened_ns) // 1000)
        self.send(point, self._available, now_ns)

    def _lose(self, point: ChargePoint, why: str) -> None:
        if point.state is State.READY:
            self.ready -= 1
            self.tally.lost += 1
        else:
            self.failed += 1
        self.complain(f"charge point {point.index} lost while {point.state.name}: {why}")
        point.state, point.expected = State.LOST, None
        self._epoll.unregister(point.fd)
        del self._by_fd[point.fd]
        point.socket.close()

    def complain(self, text: str) -> None:
        """Say what went wrong, the first few times."""
        self._complaints += 1
        if self._complaints <= _COMPLAINTS:
            print(text, file=sys.stderr, flush=True)

    # --- sending

    def send_next(self, point: ChargePoint, scheduled_ns: int) -> None:
        """Send the next message of the point's session."""
        place = point.step
        point.step = place + 1 if place + 1 < len(self.cycle) else 0
        self.send(point, self.cycle[place], scheduled_ns)

    def send(self, point: ChargePoint, step: Step, scheduled_ns: int) -> None:
        """Fill in the frame and hand it to the kernel."""
        buffer = step.buffer
        point.expected = ident = b"%d" % next(self._ids)
        point.waiting_for = step.place
        point.scheduled_ns = scheduled_ns
        buffer[step.id] = masked(ident)
        mark = step.mark
        if step.time is not None:
            buffer[step.time] = self._clock
        if step.energy is not None:
            point.energy += 2
            buffer[step.energy] = masked(b"%d" % point.energy)
        if step.power is not None:
            point.sent += 1
            mark = 3600 + point.sent * 17 % 5000
            buffer[step.power] = masked(b"%d" % mark)
        if step.transaction is not None:
            buffer[step.transaction] = point.transaction
        if mark is not None and self._marks is not None and self.measuring:
            self._marks.extend((point.index, mark, time.monotonic_ns() // 1000))
        try:
            if point.send(buffer) != len(buffer):
                self._lose(point, "it takes no more: the send buffer is full")
        except OSError as error:
            self._lose(point, str(error))

    # --- receiving

    def pump(self, timeout_s: float) -> None:
        """Take what has arrived, waiting for the first of it at most so long."""
        ready = self._epoll.poll(timeout_s, 512)
        self._tell_time()
        for fd, _ in ready:
            point = self._by_fd.get(fd)
            if point is not None:
                self._receive(point)

    def pump_until(self, deadline_ns: int) -> None:
        """The same, but with a deadline finer than the milliseconds that epoll knows."""
        wait_s = (deadline_ns - time.monotonic_ns()) / 1e9
        if wait_s > 0:
            select.select([self._epoll], [], [], wait_s)
        self.pump(0)

    def _tell_time(self) -> None:
        now_ms = time.time_ns() // 1_000_000
        if now_ms != self._clock_ms:
            self._clock_ms = now_ms
            seconds = datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
            self._clock = masked(f"{seconds}.{now_ms % 1000:03d}Z".encode())

    def _receive(self, point: ChargePoint) -> None:
        buffer = self._buffer
        try:
            size = point.receive_into(buffer)
        except BlockingIOError:
            return
        except OSError as error:
            self._lose(point, str(error))
            return
        if size == 0:
            self._lose(point, "the server closed the connection")
        elif point.state is State.UPGRADING:
            self._upgraded(point, bytes(buffer[:size]))
        elif not point.rest and buffer[0] == 0x81 and buffer[1] == size - 2 < 126:
            self._message(point, buffer, 2, size)  # one short frame, as nearly always
        else:
            self._frames(point, point.rest + buffer[:size])

    def _frames(self, point: ChargePoint, data: bytes) -> None:
        at = 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if start > len(data) or start + size > len(data):
                break
            self._frame(point, data[at], data, start, start + size)
            if point.state is State.LOST:
                return
            at = start + size
        point.rest = bytes(data[at:])

    def _frame(self, point: ChargePoint, head: int, data: bytes, start: int, end: int) -> None:
        match head:
            case 0x81:
                self._message(point, data, start, end)
            case 0x89:
                point.answer(data[start:end], PONG)
            case 0x88:
                self._lose(point, f"close {data[start:end]!r}")
            case _:
                self._lose(point, f"a frame that is not expected: first byte {head:#x}")

    def _message(self, point: ChargePoint, data: bytes | bytearray, start: int, end: int) -> None:
        kind = data[start + 1]
        expected = point.expected
        if kind == _CALL:
            self._called(point, bytes(data[start:end]))
        elif expected is None or not data.startswith(expected, data.find(b'"', start, end) + 1):
            self.tally.unexpected += 1
            self.complain(f"unexpected: {bytes(data[start:end])[:200]!r}")
        else:
            self._took_answer(point, kind, data, start, end)

    def _took_answer(
        self, point: ChargePoint, kind: int, data: bytes | bytearray, start: int, end: int
    ) -> None:
        now_ns = time.monotonic_ns()
        point.expected = None
        action = point.waiting_for
        if point.state is State.BOOTING:
            self._booted(point, bytes(data[start:end]), now_ns)
            return
        if point.state is State.INTRODUCED:
            point.state = State.READY
            self.ready += 1
            return
        if action == _START:
            self._began(point, bytes(data[start:end]))
        if self.measuring:
            self.tally.latency[action].add((now_ns - point.scheduled_ns) // 1000)
            if kind == _RESULT:
                self.tally.results += 1
            else:
                self.tally.errors += 1
        if kind == _ERROR:
            self.complain(f"CALLERROR: {bytes(data[start:end])[:300]!r}")
        self.answered(point, now_ns)

    def _began(self, point: ChargePoint, answer: bytes) -> None:
        found = _TRANSACTION.search(answer)
        if found:
            point.transaction = masked(b"%10d" % int(found[1]))

    def _called(self, point: ChargePoint, message: bytes) -> None:
        self.tally.calls += 1
        head = _CALL_HEAD.match(message)
        if head is None:
            self.complain(f"not a call: {message[:200]!r}")
            return
        payload = self._answers.get(head[2])
        if payload is None:
            point.answer(b'[4,"%b","NotImplemented","",{}]' % head[1], TEXT)
        else:
            point.answer(b'[3,"%b",%b]' % (head[1], payload), TEXT)


_START = ACTIONS.index("StartTransaction")


def _nothing(point: ChargePoint, now_ns: int) -> None:
    """Leave it at the answer."""
