"""The contract of a live board: what readers are told; every backend is run through it."""

import pytest
from tests.live.screen import Hands, Screen, Thing, drain, parsed, truth

from chargedeck.live.ports import LiveBoard, Scope

ALL = Scope(devices=True)
TICK = 0.05
GAP = 0.6


async def test_a_reader_starts_with_everything_it_may_see(board: LiveBoard) -> None:
    garage, home = Thing("charger", "garage").change(power_w=1.0), Thing("station", "home")
    box, other = Thing("device", "box"), Thing("charger", "far", station_id="office")
    for thing in (garage, home, box, other):
        board.touch(thing)
    owner, driver = Screen(), Screen()
    await drain(board.open(ALL, owner="a"), owner)
    await drain(board.open(Scope(frozenset({"home"})), owner="b"), driver)
    assert owner.shows() == truth(garage, home, box, other)
    assert driver.shows() == truth(garage, home)
    assert [message.event for message in driver.messages] == ["snapshot"]
    assert set(driver.messages[0].data) == {"chargers", "stations"}


async def test_a_change_is_a_patch_with_a_higher_seq(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage").change(power_w=1.0, plugged=True), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    before = screen.state["charger", "garage"]["seq"]
    board.touch(garage.change(power_w=2.0))
    hands.turn(TICK)
    await drain(reader, screen)
    patch = screen.messages[-1].data["patch"]
    assert patch == {"values": {"power_w": 2.0}, "seq": screen.messages[-1].data["seq"]}
    assert patch["seq"] > before
    assert screen.shows() == truth(garage)


async def test_a_burst_is_told_at_its_edge_and_then_at_a_measured_pace(
    board: LiveBoard, hands: Hands
) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    hands.turn(GAP)
    for step in range(100):
        board.touch(garage.change(power_w=step))
        hands.turn(0.01)
        await drain(reader, screen)
    at_once, half_a_second_later = (m.data["patch"]["values"]["power_w"] for m in screen.messages[1:])
    assert at_once == 0
    assert half_a_second_later == pytest.approx(50, abs=2)
    hands.turn(GAP)
    await drain(reader, screen)
    assert screen.shows() == truth(garage)
    assert len(screen.messages) == 4


async def test_what_is_urgent_does_not_wait(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    for status in ("charging", "paused", "error"):
        board.touch(garage.change(power_w=1))
        board.touch(garage.change(status=status), urgent=True)
        hands.turn(TICK)
        await drain(reader, screen)
        assert screen.shows() == truth(garage)


async def test_a_touch_that_shows_nothing_new_says_nothing(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    board.touch(garage, urgent=True)
    hands.turn(TICK)
    await drain(reader, screen)
    assert len(screen.messages) == 1


async def test_nobody_looks_while_nobody_reads(board: LiveBoard, hands: Hands) -> None:
    garage = Thing("charger", "garage")
    board.touch(garage, urgent=True)
    hands.turn(GAP)
    assert garage.looks == 0
    reader = board.open(Scope(frozenset({"office"})), owner="a")
    await drain(reader, Screen())
    board.touch(garage, urgent=True)
    hands.turn(GAP)
    assert garage.looks == 0


async def test_readers_of_one_scope_share_their_bytes(board: LiveBoard, hands: Hands) -> None:
    garage = Thing("charger", "garage")
    board.touch(garage)
    readers = [board.open(ALL, owner=str(n)) for n in range(3)]
    first = [await anext(aiter(reader)) for reader in readers]
    board.touch(garage.change(power_w=2), urgent=True)
    hands.turn(TICK)
    second = [await anext(aiter(reader)) for reader in readers]
    assert len({id(chunk) for chunk in first}) == len({id(chunk) for chunk in second}) == 1
    assert garage.looks == 2


async def test_what_is_removed_disappears(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    board.touch(garage.change(power_w=1))
    board.remove(garage)
    hands.turn(TICK)
    await drain(reader, screen)
    assert screen.messages[-1].data["patch"] is None
    assert screen.shows() == {}
    board.touch(garage)
    hands.turn(TICK)
    await drain(reader, screen)
    assert screen.shows() == truth(garage)


async def test_a_charger_that_moves_leaves_one_station_and_enters_the_other(
    board: LiveBoard, hands: Hands
) -> None:
    garage, screens = Thing("charger", "garage").change(power_w=3), [Screen(), Screen(), Screen()]
    board.touch(garage)
    scopes = [Scope(frozenset({"home"})), Scope(frozenset({"office"})), ALL]
    readers = [board.open(scope, owner="a") for scope in scopes]
    for reader, screen in zip(readers, screens, strict=True):
        await drain(reader, screen)
    garage.station_id = "office"
    board.touch(garage)
    hands.turn(GAP)
    for reader, screen in zip(readers, screens, strict=True):
        await drain(reader, screen)
    assert [screen.shows() for screen in screens] == [{}, truth(garage), truth(garage)]


async def test_a_charger_that_moves_out_of_sight_is_gone(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(Scope(frozenset({"home"})), owner="a")
    await drain(reader, screen)
    garage.station_id = "office"
    board.touch(garage)
    hands.turn(GAP)
    await drain(reader, screen)
    assert screen.shows() == {}


async def test_sessions_and_notices_pass_by(board: LiveBoard, hands: Hands) -> None:
    session = Thing("session", "s1").change(energy_wh=5)
    board.touch(session)
    screen, stranger = Screen(), Screen()
    reader = board.open(ALL, owner="a")
    other = board.open(Scope(frozenset({"office"})), owner="b")
    await drain(reader, screen)
    await drain(other, stranger)
    board.touch(session.change(energy_wh=6))
    board.notice("n1", "home", {"kind": "card_unknown", "charger_id": "garage", "text": "Unknown card"})
    hands.turn(TICK)
    await drain(reader, screen)
    await drain(other, stranger)
    told = {message.event: message.data for message in screen.messages[1:]}
    assert told["session"]["patch"]["values"] == {"energy_wh": 6}
    assert told["notice"]["patch"]["text"] == "Unknown card"
    assert len(stranger.messages) == 1


async def test_a_reader_of_one_charger_hears_of_no_other(board: LiveBoard, hands: Hands) -> None:
    garage, yard, home, box = (
        Thing("charger", "garage"),
        Thing("charger", "yard"),
        Thing("station", "home"),
        Thing("device", "box"),
    )
    for thing in (garage, yard, home, box):
        board.touch(thing)
    screen = Screen()
    reader = board.open(Scope(devices=True, charger="yard"), owner="a")
    await drain(reader, screen)
    assert screen.shows() == truth(yard, home)
    for thing in (garage, yard, box):
        board.touch(thing.change(power_w=1), urgent=True)
    board.notice("n", "home", {"charger_id": "garage", "text": "not for you"})
    hands.turn(TICK)
    await drain(reader, screen)
    assert [message.data["id"] for message in screen.messages[1:]] == ["yard"]


async def test_it_knows_how_many_streams_somebody_holds(board: LiveBoard) -> None:
    first = board.open(ALL, owner="user:1/sign-in:a")
    second = board.open(ALL, owner="user:1/token:b")
    board.open(ALL, owner="user:11/sign-in:c")
    held = [board.held(owner) for owner in ("user:1", "user:1/sign-in:new", "user:11/token:d", "user:2")]
    assert held == [2, 2, 1, 0]
    first.close()
    first.close()
    assert board.held("user:1") == 1
    second.close()
    assert board.held("user:1") == 0


async def test_the_streams_of_an_owner_end_together(board: LiveBoard, hands: Hands) -> None:
    mine = [board.open(ALL, owner=owner) for owner in ("user:1", "user:1/phone")]
    others = [board.open(ALL, owner=owner) for owner in ("user:12", "user:2/phone")]
    board.close_readers("user:1")
    for reader in mine:
        await reader.ended
        assert [chunk async for chunk in reader] == []
    for reader in others:
        screen = Screen()
        assert await drain(reader, screen)
        assert screen.snapshots == 1
    assert board.stats.readers == 2


async def test_a_quiet_stream_shows_that_it_lives(board: LiveBoard, hands: Hands) -> None:
    reader = board.open(ALL, owner="a")
    chunks = aiter(reader)
    await anext(chunks)
    hands.turn(16)
    assert [message.event for message in parsed(await anext(chunks))] == ["heartbeat"]


async def test_a_stream_that_nobody_takes_from_is_ended(board: LiveBoard, hands: Hands) -> None:
    reader = board.open(ALL, owner="a")
    hands.turn(100)
    await reader.ended
    assert board.stats.readers == 0


async def test_one_resource_that_cannot_be_shown_does_not_hide_the_others(
    board: LiveBoard, hands: Hands
) -> None:
    broken, garage, screen = Thing("charger", "broken"), Thing("charger", "garage"), Screen()
    board.touch(broken)
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    broken.broken = True
    board.touch(broken, urgent=True)
    board.touch(garage.change(power_w=1), urgent=True)
    hands.turn(TICK)
    await drain(reader, screen)
    assert screen.state["charger", "garage"]["values"] == {"power_w": 1}
    assert board.stats.faults == 1


async def test_a_closed_board_ends_its_streams_and_takes_no_new_ones(board: LiveBoard, hands: Hands) -> None:
    reader = board.open(ALL, owner="a")
    board.touch(Thing("session", "s1"))
    board.close()
    board.touch(Thing("charger", "garage"), urgent=True)
    await reader.ended
    await board.open(ALL, owner="a").ended
    assert hands.waiting == 0
    assert board.stats.readers == 0


async def test_reading_a_resource_is_in_step_with_the_stream(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage").change(a=1), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    board.touch(garage.change(a=2, b=1))
    answered = board.read(garage)
    board.touch(garage.change(b=None))
    hands.turn(GAP)
    await drain(reader, screen)
    assert answered["values"] == {"a": 2, "b": 1}
    # Whoever takes the answer for the state, and the later patches from there, arrives at the truth.
    later = [m for m in screen.messages if m.event == "charger" and m.data["seq"] > answered["seq"]]
    fresh = Screen()
    fresh.state["charger", "garage"] = dict(answered)
    for message in later:
        fresh._apply(message)
    assert fresh.shows() == screen.shows() == truth(garage)


async def test_reading_works_without_readers(board: LiveBoard) -> None:
    garage = Thing("charger", "garage").change(a=1)
    first = board.read(garage)
    board.touch(garage.change(a=2))
    second = board.read(garage)
    assert (first["values"], second["values"]) == ({"a": 1}, {"a": 2})
    assert second["seq"] > first["seq"]


async def test_every_chunk_of_a_tick_ends_with_one_position(board: LiveBoard, hands: Hands) -> None:
    things = [Thing("charger", str(n)) for n in range(3)]
    reader = board.open(ALL, owner="a")
    chunks = aiter(reader)
    await anext(chunks)
    for thing in things:
        board.touch(thing)
    hands.turn(TICK)
    messages = parsed(await anext(chunks))
    assert [message.id is None for message in messages] == [True, True, False]


async def test_an_owner_is_told_what_is_theirs_alone(board: LiveBoard) -> None:
    screens = {owner: Screen() for owner in ("user:1/sign-in:a", "user:1/sign-in:b", "user:12/sign-in:c")}
    readers = {owner: board.open(ALL, owner=owner) for owner in screens}
    for owner, screen in screens.items():
        await drain(readers[owner], screen)
    assert board.hears("user:1")
    assert not board.hears("user:2")
    board.tell("user:1", "inbox", "1", {"unread": 3})
    board.tell("user:2", "inbox", "2", {"unread": 9})
    for owner, screen in screens.items():
        await drain(readers[owner], screen)
    told = [[m.data for m in screen.messages if m.event == "inbox"] for screen in screens.values()]
    assert [[one["patch"] for one in each] for each in told] == [[{"unread": 3}], [{"unread": 3}], []]
    assert told[0][0]["id"] == "1"


async def test_who_is_behind_is_not_told_and_begins_anew(board: LiveBoard) -> None:
    reader = board.open(ALL, owner="user:1/sign-in:a")
    board.tell("user:1", "inbox", "1", {"unread": 3})
    screen = Screen()
    await drain(reader, screen)
    assert [message.event for message in screen.messages] == ["snapshot"]
