"""What the charge point asks: one call at a time, transaction messages kept until taken."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chargedeck.simulator.clock import Instant, Seconds, Timer, after, between
from chargedeck.simulator.ocpp16.configuration import Configuration
from chargedeck.simulator.ocpp16.schemas import fault_of_answer
from chargedeck.simulator.ocpp16.transaction import NOT_NUMBERED, Transaction
from chargedeck.simulator.wire import Payload, request
from chargedeck.simulator.world import World

ANSWER_TIMEOUT = Seconds(30)
MOST_KEPT = 2000
"""Transaction messages that fit the memory; beyond it meter values are lost, as on a real charger."""


def _drop(_payload: Payload) -> None:
    return None


def _shrug() -> None:
    return None


@dataclass(slots=True)
class Call:
    """A request on its way; with a transaction it is kept until the central system has taken it."""

    number: int
    action: str
    payload: Payload
    answered: Callable[[Payload], None] = _drop
    failed: Callable[[], None] = _shrug
    transaction: Transaction | None = None
    attempts: int = 0
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Owner:
    """What the queue tells the charge point."""

    transaction_answered: Callable[[Call, Payload], None]
    queue_changed: Callable[[], None]


class CallQueue:
    """OCPP-J §4.1.1: never two requests under way; OCPP 1.6 §3.7: transaction messages in order, retried."""

    __slots__ = (
        "_configuration",
        "_direct",
        "_ids",
        "_is_triggered",
        "_kept",
        "_message_id",
        "_number",
        "_owner",
        "_retry",
        "_send",
        "_sent_at",
        "_under_way",
        "_watch",
        "_world",
        "is_accepted",
    )

    def __init__(
        self, world: World, configuration: Configuration, owner: Owner, *, ids: Iterator[str] | None = None
    ) -> None:
        self._world = world
        self._configuration = configuration
        self._owner = owner
        self._ids = world.message_ids if ids is None else ids
        self._direct: deque[Call] = deque()
        self._kept: deque[Call] = deque()
        self._number = 0
        self._send: Callable[[bytes], None] | None = None
        self._under_way: Call | None = None
        self._message_id = ""
        self._sent_at = Instant(0)
        self._watch: Timer | None = None
        self._retry: Timer | None = None
        self._is_triggered = False
        self.is_accepted = False
        """Whether the central system has accepted our boot; before that only early calls go."""

    @property
    def is_online(self) -> bool:
        """Whether there is a connection and the central system has accepted us."""
        return self._send is not None and self.is_accepted

    @property
    def kept(self) -> tuple[Call, ...]:
        """Transaction messages that the central system has not taken yet, oldest first."""
        return tuple(self._kept)

    def ask(
        self,
        action: str,
        payload: Payload,
        *,
        answered: Callable[[Payload], None] = _drop,
        failed: Callable[[], None] = _shrug,
        early: bool = False,
    ) -> None:
        """Send a request that is worth nothing later: without a connection it fails at once."""
        early = early or self._is_triggered
        if self._send is None or not (self.is_accepted or early):
            failed()
            return
        urgent = early or action == "Authorize"
        self._direct.append(Call(self._next(), action, payload, answered, failed, is_urgent=urgent))
        self.pump()

    @contextmanager
    def triggered(self) -> Iterator[None]:
        """What is asked inside was ordered by the central system, so it goes out before acceptance, too."""
        self._is_triggered = True
        try:
            yield
        finally:
            self._is_triggered = False

    def record(self, action: str, payload: Payload, transaction: Transaction) -> None:
        """Keep a transaction message until the central system has it."""
        if action == "MeterValues" and len(self._kept) >= MOST_KEPT:
            return
        self._kept.append(Call(self._next(), action, payload, transaction=transaction))
        self._owner.queue_changed()
        self.pump()

    def connected(self, send: Callable[[bytes], None]) -> None:
        """There is a connection to send on."""
        self._send = send

    def disconnected(self) -> None:
        """The connection is gone: kept messages wait, all else fails."""
        self._send = None
        lost = [call for call in (self._under_way, *self._direct) if call is not None]
        self._under_way = None
        self._direct.clear()
        for call in lost:
            if call.transaction is None:
                call.failed()

    def pump(self) -> None:
        """Send the next request if none is under way."""
        if self._send is None or self._under_way is not None:
            return
        call = self._choose()
        if call is None:
            return
        self._under_way = call
        self._message_id = next(self._ids)
        self._sent_at = self._world.wall.now()
        if self._watch is None:
            self._watch = self._world.wall_agenda.call_at(after(self._sent_at, ANSWER_TIMEOUT), self._look)
        self._send(request(self._message_id, call.action, _ready(call)))

    def answer(self, message_id: str, payload: Payload) -> None:
        """A CALLRESULT came."""
        call = self._take(message_id)
        if call is None:
            return
        self._world.statistics.answered(call.action, between(self._sent_at, self._world.wall.now()))
        if self._world.checks_answers and fault_of_answer(call.action, payload) is not None:
            self._world.statistics.invalid_answers += 1
            self._refused(call)
        elif call.transaction is None:
            call.answered(payload)
        else:
            self._kept.popleft()
            self._owner.transaction_answered(call, payload)
            self._owner.queue_changed()
        self.pump()

    def refusal(self, message_id: str) -> None:
        """A CALLERROR came."""
        call = self._take(message_id)
        if call is not None:
            self._world.statistics.refused += 1
            self._refused(call)
            self.pump()

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _take(self, message_id: str) -> Call | None:
        call = self._under_way
        if call is None or message_id != self._message_id:
            self._world.statistics.unsolicited += 1
            return None
        self._under_way = None
        return call

    def _choose(self) -> Call | None:
        kept = self._kept[0] if self._kept and self.is_accepted and self._retry is None else None
        if not self._direct:
            return kept
        urgent = next((call for call in self._direct if call.is_urgent), None)
        direct = urgent or self._direct[0]
        if kept is not None and urgent is None and kept.number < direct.number:
            return kept
        self._direct.remove(direct)
        return direct

    def _refused(self, call: Call) -> None:
        """Not taken; a transaction message is tried again, each time later, and in the end given up."""
        if call.transaction is None:
            call.failed()
            return
        call.attempts += 1
        if call.attempts >= self._configuration.number("TransactionMessageAttempts"):
            self._kept.popleft()
            self._owner.queue_changed()
            return
        wait = Seconds(self._configuration.seconds("TransactionMessageRetryInterval") * call.attempts)
        self._retry = self._world.agenda.call_at(after(self._world.clock.now(), wait), self._try_again)

    def _try_again(self, _now: Instant) -> None:
        self._retry = None
        self.pump()

    def _look(self, now: Instant) -> None:
        """Give up on an answer that is overdue; one timer watches all calls."""
        self._watch = None
        call = self._under_way
        if call is None:
            return
        due = after(self._sent_at, ANSWER_TIMEOUT)
        if now >= due:
            self._under_way = None
            self._world.statistics.unanswered += 1
            self._refused(call)
            self.pump()
        else:
            self._watch = self._world.wall_agenda.call_at(due, self._look)


def _ready(call: Call) -> Payload:
    """The payload with the number that the central system gave the transaction."""
    if call.transaction is None or call.action == "StartTransaction":
        return call.payload
    number = call.transaction.transaction_id
    return {**call.payload, "transactionId": NOT_NUMBERED if number is None else number}
