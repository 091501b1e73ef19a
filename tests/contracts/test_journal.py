"""The Journal: what is handed over is on disk when it is said to be, in order, and once."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from tests.contracts.records import (
    CHARGER,
    DEVICE,
    GARAGE,
    HOME,
    MINUTE,
    NOON,
    SESSION,
    clock,
    count,
    durable,
    reading,
    session,
    until,
)

from chargedeck.domain.events import DeviceIdentity
from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import Amps, StationId, WattHours
from chargedeck.hub.records import EventRecord, LimitChange, SignedValue
from chargedeck.storage import Pace, Storage, open_storage

DAY = 1440 * MINUTE


async def test_what_was_said_to_be_durable_is_there_after_a_restart(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        await storage.book.save_station(HOME)
        storage.journal.charger(CHARGER)
        storage.journal.device(DEVICE)
        storage.journal.session(SESSION)
        storage.journal.sample(GARAGE, reading(1, 1001), Amps(16))
        assert await durable(storage)
    async with open_storage(url, now=clock) as storage:
        assert await storage.book.devices() == [DEVICE]
        assert await storage.book.chargers() == [CHARGER]
        assert await storage.archive.session(SESSION.id) == SESSION
        assert len(await storage.archive.samples(GARAGE, NOON, NOON + MINUTE, 0)) == 1


async def test_all_who_come_in_one_turn_of_the_loop_share_a_commit(storage: Storage) -> None:
    before, told = storage.health().commits, list[tuple[int, bool]]()

    def note(number: int, stored: bool) -> None:
        told.append((number, stored))

    for number in range(100):
        storage.journal.sample(GARAGE, reading(number, number), None)
        storage.journal.when_durable(partial(note, number))
    await until(lambda: len(told) == 100)
    assert told == [(number, True) for number in range(100)]
    assert storage.health().commits - before == 1


async def test_those_who_come_during_a_commit_share_the_next(storage: Storage) -> None:
    before, told = storage.health().commits, list[int]()

    def note(number: int, stored: bool) -> None:
        told.append(number)

    storage.journal.session(session(0))
    storage.journal.when_durable(partial(note, 0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the first group has left
    for number in range(1, 50):
        storage.journal.session(session(number))
        storage.journal.when_durable(partial(note, number))
    await until(lambda: len(told) == 50)
    assert told == list(range(50))
    assert storage.health().commits - before == 2


async def test_rows_that_nobody_waits_for_are_written_soon(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(quiet_s=0.05)) as storage:
        storage.journal.sample(GARAGE, reading(1, 1), None)
        storage.journal.sample(GARAGE, reading(2, 2), None)
        await until(lambda: storage.health().written_rows == 2)
        assert storage.health().commits == 1


async def test_a_full_group_does_not_wait_for_the_time(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(quiet_s=3600, group_rows=10)) as storage:
        for number in range(10):
            storage.journal.sample(GARAGE, reading(number, number), None)
        await until(lambda: storage.health().written_rows == 10)


async def test_closing_writes_what_is_left(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(quiet_s=3600)) as storage:
        storage.journal.session(SESSION)
    assert count(url, "sessions") == 1


async def test_after_closing_nothing_is_said_to_be_durable(url: str) -> None:
    async with open_storage(url, now=clock) as storage:
        pass
    storage.journal.session(SESSION)
    assert not await durable(storage)


async def test_the_last_of_rows_with_one_id_stays(storage: Storage) -> None:
    storage.journal.device(DEVICE)
    storage.journal.charger(CHARGER)
    storage.journal.session(SESSION)
    assert await durable(storage)
    named = replace(DEVICE, name="Carport", identity=DeviceIdentity("ACME", "Wall", "42", "1.2"))
    ended = SESSION._replace(ended_at=NOON + DAY, meter_last_wh=WattHours(7000), stop_reason="EVDisconnected")
    storage.journal.device(replace(DEVICE, name="Shed"))
    storage.journal.device(named)
    storage.journal.charger(replace(CHARGER, user_paused=True))
    storage.journal.session(SESSION._replace(meter_last_wh=WattHours(5000)))
    storage.journal.session(ended)
    assert await durable(storage)
    assert await storage.book.devices() == [named]
    assert await storage.book.chargers() == [replace(CHARGER, user_paused=True)]
    assert await storage.archive.session(SESSION.id) == ended


async def test_a_repeated_limit_or_signed_value_is_one(storage: Storage, url: str) -> None:
    signed = SignedValue(DEVICE.id, 1, "1001", NOON, "Transaction.Begin", "OCMF|{}|{}")
    for amps in (10, 13):
        storage.journal.limit(LimitChange(GARAGE, NOON, Amps(amps), LimitReason.USER))
        storage.journal.signed(signed)
        assert await durable(storage)
    limits = await storage.archive.limits(GARAGE, NOON, NOON + MINUTE)
    assert limits == [LimitChange(GARAGE, NOON, Amps(13), LimitReason.USER)]
    assert count(url, "signed_values") == 1


async def test_equal_events_are_kept_apart(storage: Storage) -> None:
    event = EventRecord(NOON, "boot", DEVICE.id, None, None, {"reason": "PowerUp"})
    for _ in range(3):
        storage.journal.event(event)
    assert await durable(storage)
    assert await storage.archive.events(None, NOON, NOON + MINUTE, 10) == [event] * 3


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("a\0b", "a\ufffdb", id="a zero character, which PostgreSQL cannot hold"),
        pytest.param("a\ud800b", "a?b", id="half a character, which UTF-8 cannot hold"),
        pytest.param("Grüße \U0001f50c", "Grüße \U0001f50c", id="anything else as it came"),
    ],
)
async def test_no_text_of_a_device_holds_up_a_commit(storage: Storage, given: str, kept: str) -> None:
    storage.journal.session(SESSION._replace(stop_reason=given, ref=given))
    storage.journal.event(EventRecord(NOON, "log", detail={"text": given}))
    storage.journal.device(replace(DEVICE, name=given))
    assert await durable(storage)
    assert storage.health().rejected_rows == 0
    by_ref = await storage.archive.session_by_ref(DEVICE.id, given)
    assert by_ref is not None
    assert by_ref.stop_reason == kept


async def test_a_row_that_can_never_be_stored_does_not_hold_up_the_others(storage: Storage) -> None:
    storage.journal.device(replace(DEVICE, station_id=StationId("nowhere")))
    storage.journal.session(SESSION)
    storage.journal.sample(GARAGE, reading(1, 1001), Amps(16))
    assert not await durable(storage)
    assert await storage.book.devices() == []
    assert await storage.archive.session(SESSION.id) == SESSION
    assert len(await storage.archive.samples(GARAGE, NOON, NOON + MINUTE, 0)) == 1
    assert storage.health().rejected_rows == 1
    assert storage.health().problem is None
    storage.journal.session(session(2))
    assert await durable(storage)


async def test_a_waiter_that_fails_keeps_no_other_waiting(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(stored: bool) -> None:
        raise LookupError("a waiter's own fault")

    storage.journal.session(SESSION)
    storage.journal.when_durable(fail)
    assert await durable(storage)
    assert "a waiter's own fault" in caplog.text


async def test_a_waiter_may_hand_over_and_wait_again(storage: Storage) -> None:
    told = list[bool]()

    def again(stored: bool) -> None:
        told.append(stored)
        if len(told) < 5:
            storage.journal.session(session(len(told)))
            storage.journal.when_durable(again)

    storage.journal.when_durable(again)
    await until(lambda: len(told) == 5)
    assert told == [True] * 5
    assert await storage.archive.session(session(4).id) == session(4)
