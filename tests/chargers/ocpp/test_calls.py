"""Our own requests: one at a time, and what becomes of answers that are late, wrong or never asked for."""

import asyncio
import json
from typing import Any

import pytest

from chargedeck.chargers.ocpp import framing
from chargedeck.chargers.ocpp.calls import MOST_WAITING, Calls
from chargedeck.chargers.ocpp.faults import Fault, FaultKind
from chargedeck.chargers.ocpp.framing import Broken, CallError, CallResult
from chargedeck.domain.problems import (
    ChargerOfflineError,
    DeviceRefusedError,
    DeviceTimeoutError,
    InvalidCallError,
    NotSupportedError,
)


class Wire:
    """The frames that went out."""

    def __init__(self) -> None:
        self.frames: list[list[Any]] = []

    def __call__(self, raw: bytes) -> None:
        self.frames.append(json.loads(raw))

    @property
    def last_id(self) -> str:
        return str(self.frames[-1][1])


def check(action: str, payload: Any) -> None:
    if action == "Bad":
        raise Fault(FaultKind.TYPE, "field: wrong")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def calls(wire: Wire) -> Calls:
    return Calls("garage", wire, check, answer_s=0.05)


async def started(calls: Calls, action: str = "Reset") -> "asyncio.Task[dict[str, Any]]":
    task = asyncio.create_task(calls.call(action, {}))
    await asyncio.sleep(0)
    return task


async def test_an_answer(calls: Calls, wire: Wire) -> None:
    task = await started(calls)
    assert wire.frames[0][0] == 2
    assert wire.frames[0][2:] == ["Reset", {}]
    calls.answered(CallResult(wire.last_id, {"status": "Accepted"}))
    assert await task == {"status": "Accepted"}


async def test_one_at_a_time_in_order(calls: Calls, wire: Wire) -> None:
    tasks = [await started(calls, f"A{n}") for n in range(3)]
    for n in range(3):
        assert [frame[2] for frame in wire.frames] == [f"A{m}" for m in range(n + 1)]
        calls.answered(CallResult(wire.last_id, {"n": n}))
        assert await tasks[n] == {"n": n}
        await asyncio.sleep(0)


async def test_ids_are_long_and_never_the_same(calls: Calls, wire: Wire) -> None:
    for _ in range(50):
        task = await started(calls)
        calls.answered(CallResult(wire.last_id, {}))
        await task
    ids = {frame[1] for frame in wire.frames}
    assert len(ids) == 50
    assert {len(message_id) for message_id in ids} == {36}


@pytest.mark.parametrize(
    ("refusal", "error", "text"),
    [
        (CallError("", "InternalError", "no luck", {}), DeviceRefusedError, r"InternalError \(no luck\)"),
        (CallError("", "SecurityError", "", {}), DeviceRefusedError, "refused Reset: SecurityError$"),
        (CallError("", "NotImplemented", "", {}), NotSupportedError, "does not support Reset"),
        (CallError("", "NotSupported", "x", {}), NotSupportedError, "does not support Reset"),
        (Broken(framing.RESULT, "", FaultKind.FORMATION, "it is empty"), DeviceRefusedError, "it is empty"),
    ],
)
async def test_refusals(
    calls: Calls, wire: Wire, refusal: CallError | Broken, error: type[Exception], text: str
) -> None:
    task = await started(calls)
    named = (
        CallError(wire.last_id, refusal.code, refusal.description, {})
        if isinstance(refusal, CallError)
        else Broken(refusal.type, wire.last_id, refusal.kind, refusal.description)
    )
    calls.answered(named)
    with pytest.raises(error, match=text) as raised:
        await task
    assert type(raised.value) is error


async def test_an_answer_that_is_late_is_nobodys(calls: Calls, wire: Wire) -> None:
    with pytest.raises(DeviceTimeoutError, match=r"did not answer Reset within 0\.05 s"):
        await calls.call("Reset", {})
    late = wire.last_id
    task = await started(calls)
    calls.answered(CallResult(late, {"status": "late"}))
    calls.answered(CallResult("never-asked", {"status": "stray"}))
    calls.answered(Broken(framing.RESULT, None, FaultKind.FORMATION, "x"))
    calls.answered(CallResult(wire.last_id, {"status": "right"}))
    calls.answered(CallResult(wire.last_id, {"status": "twice"}))
    assert await task == {"status": "right"}
    calls.answered(CallResult(wire.last_id, {"status": "again"}))


async def test_a_lost_connection_fails_all_who_wait(calls: Calls) -> None:
    tasks = [await started(calls) for _ in range(3)]
    calls.close()
    for task in tasks:
        with pytest.raises(ChargerOfflineError):
            await task
    with pytest.raises(ChargerOfflineError):
        await calls.call("Reset", {})


async def test_the_queue_is_bounded(calls: Calls, wire: Wire) -> None:
    tasks = [await started(calls) for _ in range(MOST_WAITING)]
    with pytest.raises(DeviceRefusedError, match="waiting"):
        await calls.call("Reset", {})
    calls.close()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(wire.frames) == 1


async def test_who_gives_up_waiting_makes_room(calls: Calls, wire: Wire) -> None:
    first, second = await started(calls, "A"), await started(calls, "B")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await asyncio.sleep(0)
    calls.answered(CallResult(wire.last_id, {}))
    await second
    assert [frame[2] for frame in wire.frames] == ["A", "B"]


async def test_what_is_not_valid_is_not_sent(calls: Calls, wire: Wire) -> None:
    with pytest.raises(InvalidCallError, match="field: wrong"):
        await calls.call("Bad", {})
    assert wire.frames == []
