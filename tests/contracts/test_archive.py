"""The Archive: the history as it is asked for, with nothing twice and nothing left out."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from tests.contracts.records import (
    DEVICE,
    GARAGE,
    HOME,
    MINUTE,
    NOON,
    SESSION,
    clock,
    durable,
    reading,
    session,
)

from chargedeck.domain.limits import LimitReason
from chargedeck.domain.units import Amps, ChargerId, DeviceId, IdTag, SessionId, StationId, WattHours
from chargedeck.hub.records import EventRecord, LimitChange, SessionRecord, SignedValue
from chargedeck.hub.session_query import SessionQuery, UnreadableCursorError
from chargedeck.storage import Pace, Storage, open_storage

HOUR = 60 * MINUTE


async def keep(storage: Storage, *records: SessionRecord) -> None:
    for record in records:
        storage.journal.session(record)
    assert await durable(storage)


async def pages(storage: Storage, query: SessionQuery) -> list[str]:
    """The ids on all pages, page after page."""
    found = list[str]()
    while len(found) < 100:
        page = await storage.archive.sessions(query)
        assert len(page.items) <= query.limit
        found += [item.id for item in page.items]
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    return found


# -- sessions ------------------------------------------------------------------------------------


async def test_pages_of_sessions_newest_first_each_once(storage: Storage) -> None:
    # Three at a time begin at the same instant, so that pages end between equals.
    records = [session(n, started_at=NOON + n // 3 * MINUTE) for n in range(20)]
    await keep(storage, *records)
    expected = [s.id for s in sorted(records, key=lambda s: (s.started_at, s.id), reverse=True)]
    for limit in (1, 3, 7, 19, 20, 50):
        assert await pages(storage, SessionQuery(limit=limit)) == expected


async def test_a_new_session_does_not_move_the_next_page(storage: Storage) -> None:
    await keep(storage, *map(session, range(6)))
    first = await storage.archive.sessions(SessionQuery(limit=3))
    await keep(storage, *map(session, range(6, 9)))
    second = await storage.archive.sessions(SessionQuery(limit=3, cursor=first.next_cursor))
    assert [s.id for s in (*first.items, *second.items)] == ["s5", "s4", "s3", "s2", "s1", "s0"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(SessionQuery(), ["d", "c", "b", "a"], id="all"),
        pytest.param(SessionQuery(chargers=[ChargerId("left")]), ["c", "a"], id="one charger"),
        pytest.param(
            SessionQuery(chargers=[ChargerId("left"), ChargerId("right")]), ["d", "c", "b", "a"], id="both"
        ),
        pytest.param(SessionQuery(chargers=[]), [], id="no charger"),
        pytest.param(SessionQuery(stations=[StationId("work")]), ["d", "c"], id="one station"),
        pytest.param(SessionQuery(stations=[]), [], id="somebody who may see no station"),
        pytest.param(
            SessionQuery(chargers=[ChargerId("left")], stations=[StationId("home")]), ["a"], id="both filters"
        ),
        pytest.param(SessionQuery(start=NOON + HOUR), ["d", "c", "b"], id="the start is in the period"),
        pytest.param(SessionQuery(end=NOON + 2 * HOUR), ["b", "a"], id="the end is not"),
        pytest.param(SessionQuery(start=NOON + 9 * HOUR), [], id="later than all"),
    ],
)
async def test_sessions_are_filtered(storage: Storage, query: SessionQuery, expected: list[str]) -> None:
    places = [("a", "left", "home"), ("b", "right", "home"), ("c", "left", "work"), ("d", "right", "work")]
    for hour, (name, charger, station) in enumerate(places):
        storage.journal.session(
            SESSION._replace(
                id=SessionId(name),
                charger_id=ChargerId(charger),
                station_id=StationId(station),
                started_at=NOON + hour * HOUR,
            )
        )
    assert await durable(storage)
    assert await pages(storage, query) == expected
    assert await pages(storage, replace(query, limit=1)) == expected


@pytest.mark.parametrize(
    "cursor", ["", "%", "MTIz", "bm90IGEgdGltZSBzMQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSBzMQ", "ä"]
)
async def test_a_made_up_cursor_is_refused(storage: Storage, cursor: str) -> None:
    with pytest.raises(UnreadableCursorError, match="cursor is not one"):
        await storage.archive.sessions(SessionQuery(cursor=cursor))


async def test_a_session_is_found_by_each_of_its_names(storage: Storage) -> None:
    tagged = session(1, id_tag=IdTag("04A2"))
    await keep(storage, tagged, session(2))
    archive = storage.archive
    assert await archive.session(tagged.id) == tagged
    assert await archive.session_by_ref(DEVICE.id, "1") == tagged
    assert (
        await archive.session_by_start(GARAGE, tagged.started_at, tagged.meter_start_wh, tagged.id_tag)
        == tagged
    )
    assert await archive.session_by_start(GARAGE, session(2).started_at, WattHours(1000), None) == session(2)


async def test_what_is_not_the_session_is_not_found(storage: Storage) -> None:
    await keep(storage, session(1, id_tag=IdTag("04A2")))
    archive, at, start = storage.archive, session(1).started_at, WattHours(1000)
    assert await archive.session(SessionId("s2")) is None
    assert await archive.session_by_ref(DeviceId("other"), "1") is None
    assert await archive.session_by_ref(DEVICE.id, "2") is None
    assert await archive.session_by_start(GARAGE, at, start, None) is None
    assert await archive.session_by_start(GARAGE, at, WattHours(1001), IdTag("04A2")) is None
    assert await archive.session_by_start(GARAGE, at + MINUTE, start, IdTag("04A2")) is None
    assert await archive.session_by_start(ChargerId("other"), at, start, IdTag("04A2")) is None


async def test_a_reused_ref_means_the_newest_session_and_loses_none(storage: Storage) -> None:
    await keep(storage, session(1, ref="0"), session(3, ref="0"))
    await keep(storage, session(2, ref="0"))
    assert await storage.archive.session_by_ref(DEVICE.id, "0") == session(3, ref="0")
    assert await pages(storage, SessionQuery()) == ["s3", "s2", "s1"]


async def test_a_session_that_is_not_on_disk_yet_is_found(url: str) -> None:
    async with open_storage(url, now=clock, pace=Pace(quiet_s=3600)) as storage:
        await keep(storage, SESSION)
        moved = SESSION._replace(meter_last_wh=WattHours(2000))
        fresh = session(2, id_tag=IdTag("04A2"))
        storage.journal.session(moved)
        storage.journal.session(fresh)
        assert await storage.archive.session(SESSION.id) == moved
        assert await storage.archive.session_by_ref(DEVICE.id, fresh.ref) == fresh
        found = await storage.archive.session_by_start(
            GARAGE, fresh.started_at, fresh.meter_start_wh, fresh.id_tag
        )
        assert found == fresh
        assert storage.health().waiting_rows == 2


# -- open sessions -------------------------------------------------------------------------------


async def test_an_open_session_resumes_at_its_highest_register(url: str, pace: Pace) -> None:
    async with open_storage(url, now=clock, pace=pace) as storage:
        ended = session(-60, ended_at=NOON, meter_stop_wh=WattHours(1000))
        await keep(storage, SESSION, ended)
        storage.journal.sample(GARAGE, reading(-1, 99_999), None)  # before it began
        storage.journal.sample(ChargerId("other"), reading(5, 88_888), None)
        storage.journal.sample(GARAGE, reading(10, 1500), None)
        storage.journal.sample(GARAGE, reading(20, 1400), None)  # a register that went back
        storage.journal.sample(GARAGE, reading(30, power_w=7000), None)
        storage.journal.sample(GARAGE, reading(31, float("nan")), None)
        storage.journal.sample(GARAGE, reading(32, float("inf")), None)
        assert await durable(storage)
    async with open_storage(url, now=clock, pace=pace) as storage:
        assert await storage.archive.open_sessions() == [SESSION._replace(meter_last_wh=WattHours(1500))]


async def test_a_session_left_open_takes_no_register_of_the_next(url: str, pace: Pace) -> None:
    left, running = session(0), session(10, meter_start_wh=WattHours(2000), meter_last_wh=WattHours(2000))
    async with open_storage(url, now=clock, pace=pace) as storage:
        await keep(storage, left, running)
        storage.journal.sample(GARAGE, reading(300, 1800), None)
        storage.journal.sample(GARAGE, reading(600, 2000), None)
        storage.journal.sample(GARAGE, reading(900, 2600), None)
        assert await durable(storage)
        assert await storage.archive.open_sessions() == [
            left._replace(meter_last_wh=WattHours(1800)),
            running._replace(meter_last_wh=WattHours(2600)),
        ]


async def test_a_session_that_has_ended_keeps_the_register_of_its_stop(url: str, pace: Pace) -> None:
    ended = SESSION._replace(ended_at=NOON + MINUTE, meter_last_wh=WattHours(1400))
    async with open_storage(url, now=clock, pace=pace) as storage:
        await keep(storage, SESSION)
        storage.journal.sample(GARAGE, reading(30, 1500), None)
        storage.journal.session(ended)
        assert await durable(storage)
        storage.journal.sample(GARAGE, reading(31, 1600), None)
        assert await durable(storage)
        assert await storage.archive.open_sessions() == []
        assert await storage.archive.session(SESSION.id) == ended


async def test_a_higher_register_in_the_record_stands(url: str, pace: Pace) -> None:
    known = SESSION._replace(meter_last_wh=WattHours(5000))
    async with open_storage(url, now=clock, pace=pace) as storage:
        await keep(storage, known)
        storage.journal.sample(GARAGE, reading(30, 1500), None)
        assert await durable(storage)
        assert await storage.archive.open_sessions() == [known]


# -- limits, events, signed values ---------------------------------------------------------------


async def test_limits_of_a_period_begin_with_the_one_in_force(storage: Storage) -> None:
    changes = [
        LimitChange(GARAGE, NOON + n * MINUTE, Amps(amps), LimitReason.USER)
        for n, amps in ((0, 16), (10, 10), (20, 6), (30, 0))
    ]
    for change in (*reversed(changes), replace(changes[0], charger_id=ChargerId("other"))):
        storage.journal.limit(change)
    assert await durable(storage)
    limits = storage.archive.limits
    assert await limits(GARAGE, NOON + 15 * MINUTE, NOON + 30 * MINUTE) == changes[1:3]
    assert await limits(GARAGE, NOON + 10 * MINUTE, NOON + 11 * MINUTE) == changes[1:2]
    assert await limits(GARAGE, NOON - HOUR, NOON + MINUTE) == changes[:1]
    assert await limits(GARAGE, NOON - HOUR, NOON) == []
    assert await limits(GARAGE, NOON + HOUR, NOON + 2 * HOUR) == changes[3:]
    assert await limits(ChargerId("unheard-of"), NOON, NOON + HOUR) == []


async def test_events_newest_first(storage: Storage) -> None:
    events = [EventRecord(NOON + n * MINUTE, f"e{n}", DEVICE.id, GARAGE if n % 2 else None) for n in range(6)]
    for event in events:
        storage.journal.event(event)
    assert await durable(storage)
    find = storage.archive.events
    assert await find(None, NOON, NOON + HOUR, 100) == events[::-1]
    assert await find(None, NOON, NOON + HOUR, 2) == [events[5], events[4]]
    assert await find(GARAGE, NOON, NOON + HOUR, 100) == [events[5], events[3], events[1]]
    assert await find(None, NOON + 2 * MINUTE, NOON + 4 * MINUTE, 100) == [events[3], events[2]]


async def test_the_oldest_events_of_devices_give_way_and_peoples_deeds_stay(url: str) -> None:
    said = [EventRecord(NOON + n * MINUTE, "data_transfer", DEVICE.id) for n in range(30)]
    raised = [EventRecord(NOON + n * MINUTE, "error_raised", charger_id=GARAGE) for n in range(30, 35)]
    deeds = [EventRecord(NOON - n * MINUTE, "command", charger_id=GARAGE, actor="Ada") for n in range(1, 6)]
    async with open_storage(url, now=clock, pace=Pace(events_kept=10)) as storage:
        for event in (*deeds, *said, *raised):
            storage.journal.event(event)
        assert await durable(storage)
        await storage.book.save_station(HOME)  # done in turn with the writing, and so after the deletion
        found = await storage.archive.events(None, NOON - HOUR, NOON + HOUR, 100)
        assert found == [*raised[::-1], *said[:24:-1], *deeds]


async def test_signed_values_are_those_of_the_session(storage: Storage) -> None:
    begin = SignedValue(DEVICE.id, 1, SESSION.ref, NOON, "Transaction.Begin", "OCMF|b")
    end = replace(begin, at=NOON + HOUR, context="Transaction.End", value="OCMF|e")
    storage.journal.session(SESSION)
    for value in (end, begin, replace(begin, ref="7"), replace(begin, device_id=DeviceId("other"))):
        storage.journal.signed(value)
    assert await durable(storage)
    assert await storage.archive.signed_values(SESSION.id) == [begin, end]
    assert await storage.archive.signed_values(SessionId("unheard-of")) == []


# -- beside the writer ---------------------------------------------------------------------------


async def test_readers_see_whole_commits_while_the_writer_writes(storage: Storage) -> None:
    """Each group raises two registers together; no reader may ever see them apart."""
    written, reads = 0, 0

    async def write() -> None:
        nonlocal written
        for number in range(1, 120):
            for name in ("s1", "s2"):
                storage.journal.session(
                    SESSION._replace(id=SessionId(name), meter_last_wh=WattHours(1000 + number))
                )
            storage.journal.sample(GARAGE, reading(number, number), None)
            assert await durable(storage)
            written = number

    async def read() -> None:
        nonlocal reads
        last = 0.0
        while written < 119:
            page = await storage.archive.sessions(SessionQuery())
            registers = {item.meter_last_wh for item in page.items}
            assert len(registers) <= 1
            assert all(register >= last for register in registers)
            last = max([last, *registers])
            points = await storage.archive.samples(GARAGE, NOON, NOON + HOUR, 0)
            assert all(b.at > a.at for a, b in pairwise(points))
            reads += 1

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        for _ in range(6):
            tasks.create_task(read())
    assert reads >= 6


async def test_reading_much_does_not_hold_up_the_loop(storage: Storage) -> None:
    for second in range(5000):
        storage.journal.sample(GARAGE, reading(second, second), None)
    assert await durable(storage)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    points = await storage.archive.samples(GARAGE, NOON, NOON + 24 * HOUR, 0)
    ticking.cancel()
    assert len(points) == 5000
    assert ticks >= 1
