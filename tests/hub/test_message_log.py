"""The last messages of each device: readable, found by their action, never more than there is room for."""

from datetime import timedelta

import pytest
from tests.hub.surroundings import NOON, decoded

from chargedeck.hub.message_log import LEAST, MOST, TOTAL, LoggedMessage, MessageLog

IN, OUT = True, False


def log_of(*frames: tuple[bool, bytes]) -> MessageLog:
    """A log with a message a second."""
    log = MessageLog(decoded)
    for second, (incoming, raw) in enumerate(frames):
        log.add("garage", NOON + timedelta(seconds=second), incoming, raw)
    return log


def test_the_newest_comes_first() -> None:
    log = log_of((IN, b"call 1 Heartbeat {}"), (IN, b"call 2 MeterValues {}"))
    assert log.read("garage") == [
        LoggedMessage(NOON + timedelta(seconds=1), IN, "call", "MeterValues", "2", "{}"),
        LoggedMessage(NOON, IN, "call", "Heartbeat", "1", "{}"),
    ]
    assert len(log.read("garage", limit=1)) == 1
    assert log.read("attic") == []


def test_an_answer_is_found_by_the_action_of_its_call() -> None:
    log = log_of(
        (IN, b"call 1 Heartbeat {}"),
        (OUT, b"call 1 Reset {}"),
        (OUT, b"result 1  {}"),
        (IN, b"error 1  {}"),
        (IN, b"result 9  {}"),
        (IN, b"garbage   {}"),
    )
    assert [(m.type, m.incoming, m.action) for m in log.read("garage")] == [
        ("garbage", IN, None),
        ("result", IN, None),
        ("error", IN, "Reset"),
        ("result", OUT, "Heartbeat"),
        ("call", OUT, "Reset"),
        ("call", IN, "Heartbeat"),
    ], "both ends may use the same number"
    assert [m.type for m in log.read("garage", action="Reset")] == ["error", "call"]


def test_a_period_includes_its_start_and_not_its_end() -> None:
    log = log_of(*[(IN, b"call 1 Heartbeat {}")] * 5)
    found = log.read("garage", start=NOON + timedelta(seconds=1), end=NOON + timedelta(seconds=3))
    assert [m.at for m in found] == [NOON + timedelta(seconds=2), NOON + timedelta(seconds=1)]


@pytest.mark.parametrize(
    ("devices", "share"), [(1, MOST), (20, MOST), (100, TOTAL // 100), (1_250, LEAST), (2_000, LEAST)]
)
def test_the_more_devices_the_fewer_messages_of_each(devices: int, share: int) -> None:
    log = MessageLog(decoded)
    for number in range(devices):
        log.add(f"device-{number}", NOON, IN, b"call 1 Heartbeat {}")
    for _ in range(MOST + 10):
        log.add("device-0", NOON, IN, b"call 1 Heartbeat {}")
    assert len(log.read("device-0", limit=MOST)) == share


def test_a_removed_device_leaves_its_room_to_the_others() -> None:
    log = log_of(*[(IN, b"call 1 Heartbeat {}")] * 5)
    for number in range(100):
        log.add(f"device-{number}", NOON, IN, b"call 1 Heartbeat {}")
    for number in range(100):
        log.forget(f"device-{number}")
    log.forget("device-0")
    for _ in range(MOST):
        log.add("garage", NOON, IN, b"call 1 Heartbeat {}")
    assert len(log.read("garage", limit=MOST + 1)) == MOST
