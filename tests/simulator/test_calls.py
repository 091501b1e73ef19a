"""The queue of calls, in time that the tests move by hand: one at a time, watched, retried, in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
import pytest

from chargedeck.simulator.clock import Agenda, Clock, Instant
from chargedeck.simulator.ocpp16.calls import ANSWER_TIMEOUT, Call, CallQueue, Owner
from chargedeck.simulator.ocpp16.configuration import Configuration
from chargedeck.simulator.ocpp16.transaction import Transaction
from chargedeck.simulator.wire import Payload
from chargedeck.simulator.world import World


@dataclass
class Desk:
    """A queue, the wire it writes to, and the hands of its clock."""

    real: float = 0.0
    sent: list[tuple[str, str, Payload]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = Clock(lambda: self.real, Instant(0))
        self.world = World(
            clock=clock, wall=clock, agenda=Agenda(), wall_agenda=Agenda(), checks_answers=False
        )
        self.queue = CallQueue(
            self.world, Configuration({}), Owner(self._taken, lambda: None), ids=self._ids()
        )
        self.queue.is_accepted = True
        self.queue.connected(self._write)

    def later(self, seconds: float) -> None:
        self.real += seconds
        self.world.agenda.run_due(Instant(self.real))
        self.world.wall_agenda.run_due(Instant(self.real))

    def ask(self, action: str) -> None:
        self.queue.ask(action, {}, failed=lambda: self.failed.append(action))

    @property
    def actions(self) -> list[str]:
        return [action for _, action, _ in self.sent]

    def answer(self) -> None:
        self.queue.answer(self.sent[-1][0], {})

    def _taken(self, call: Call, _answer: Payload) -> None:
        self.taken.append(call.action)

    def _write(self, data: bytes) -> None:
        _, message_id, action, payload = msgspec.json.decode(data)
        self.sent.append((message_id, action, payload))

    @staticmethod
    def _ids() -> Iterator[str]:
        return (f"id{number}" for number in range(1000))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_never_two_requests_under_way(desk: Desk) -> None:
    desk.ask("Heartbeat")
    desk.ask("StatusNotification")
    assert desk.actions == ["Heartbeat"]
    desk.answer()
    assert desk.actions == ["Heartbeat", "StatusNotification"]


def test_a_card_does_not_wait_behind_other_news(desk: Desk) -> None:
    for action in ("Heartbeat", "StatusNotification", "Authorize"):
        desk.ask(action)
    desk.answer()
    assert desk.actions == ["Heartbeat", "Authorize"]


def test_an_answer_that_never_comes_fails_the_call_and_lets_the_next_go(desk: Desk) -> None:
    desk.ask("Heartbeat")
    desk.later(5)
    desk.ask("StatusNotification")
    desk.later(ANSWER_TIMEOUT - 5.1)
    assert desk.failed == []
    desk.later(0.2)
    assert desk.failed == ["Heartbeat"]
    assert desk.actions == ["Heartbeat", "StatusNotification"]
    desk.later(ANSWER_TIMEOUT + 0.1)
    assert desk.failed == ["Heartbeat", "StatusNotification"]
    assert desk.world.statistics.unanswered == 2


def test_a_late_answer_is_an_answer_to_nothing(desk: Desk) -> None:
    desk.ask("Heartbeat")
    desk.later(ANSWER_TIMEOUT + 1)
    desk.queue.answer("id0", {})
    desk.queue.refusal("id0")
    assert desk.world.statistics.unsolicited == 2


def test_a_transaction_message_without_an_answer_is_tried_again_each_time_later(desk: Desk) -> None:
    transaction = Transaction(1, "CARD", Instant(0), 0, transaction_id=7)
    desk.queue.record("StopTransaction", {"meterStop": 5}, transaction)
    desk.later(ANSWER_TIMEOUT + 1)
    assert len(desk.sent) == 1
    desk.later(60)
    assert len(desk.sent) == 2
    desk.later(ANSWER_TIMEOUT + 1)
    desk.later(119)
    assert len(desk.sent) == 2
    desk.later(2)
    assert [payload for _, _, payload in desk.sent] == [{"meterStop": 5, "transactionId": 7}] * 3
    desk.answer()
    assert desk.taken == ["StopTransaction"]
    assert desk.queue.kept == ()


def test_while_a_transaction_message_waits_other_news_goes_out(desk: Desk) -> None:
    desk.queue.record("StartTransaction", {}, Transaction(1, "CARD", Instant(0), 0))
    desk.queue.refusal("id0")
    desk.ask("Heartbeat")
    assert desk.actions == ["StartTransaction", "Heartbeat"]


def test_offline_only_transaction_messages_wait(desk: Desk) -> None:
    desk.ask("Heartbeat")
    desk.queue.disconnected()
    desk.ask("StatusNotification")
    desk.queue.record("StartTransaction", {}, Transaction(1, "CARD", Instant(0), 0))
    assert desk.failed == ["Heartbeat", "StatusNotification"]
    assert [call.action for call in desk.queue.kept] == ["StartTransaction"]


def test_before_acceptance_only_what_is_ordered_goes_out(desk: Desk) -> None:
    desk.queue.is_accepted = False
    desk.ask("Heartbeat")
    assert desk.failed == ["Heartbeat"]
    with desk.queue.triggered():
        desk.ask("Heartbeat")
    assert desk.actions == ["Heartbeat"]
