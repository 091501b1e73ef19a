"""The contract of a live board: readers that fall behind, break off, come back."""

import pytest
from tests.live.screen import Hands, Screen, Thing, drain, truth

from chargedeck.live.ports import LiveBoard, Scope

ALL = Scope(devices=True)
TICK = 0.05
GAP = 0.6


async def test_a_reader_that_falls_behind_gets_a_fresh_snapshot(board: LiveBoard, hands: Hands) -> None:
    garage, slow, quick = Thing("charger", "garage"), Screen(), Screen()
    board.touch(garage)
    lagging, reading = board.open(ALL, owner="a"), board.open(ALL, owner="b")
    await drain(lagging, slow)
    for step in range(50):
        board.touch(garage.change(text="x" * 100 + str(step)), urgent=True)
        hands.turn(TICK)
        await drain(reading, quick)
    await drain(lagging, slow)
    assert slow.snapshots == 2
    assert quick.snapshots == 1
    assert slow.shows() == quick.shows() == truth(garage)
    assert board.stats.lags == 1
    board.touch(garage.change(text="after"), urgent=True)
    hands.turn(TICK)
    await drain(lagging, slow)
    assert slow.snapshots == 2
    assert slow.shows() == truth(garage)


async def test_a_broken_connection_resumes_where_it_was(board: LiveBoard, hands: Hands) -> None:
    garage, yard, screen = Thing("charger", "garage"), Thing("charger", "yard"), Screen()
    board.touch(garage)
    board.touch(yard)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    reader.close()
    for step in range(3):
        board.touch(garage.change(power_w=step), urgent=True)
        hands.turn(TICK)
    board.remove(yard)
    hands.turn(TICK)
    await drain(board.open(ALL, owner="a", last_event_id=screen.last_id), screen)
    assert screen.snapshots == 1
    assert screen.shows() == truth(garage)
    assert board.stats.resumed == 1


@pytest.mark.parametrize(
    "last_event_id",
    [
        "",
        "x",
        "-",
        "nonsense-5",
        "-1",
        "a-99999999999999999999",
        "a-\N{FULLWIDTH DIGIT ONE}",
        "\N{LATIN SMALL LETTER U WITH DIAERESIS}-0",
    ],
)
async def test_a_strange_position_is_as_good_as_none(board: LiveBoard, last_event_id: str) -> None:
    screen = Screen()
    await drain(board.open(ALL, owner="a", last_event_id=last_event_id), screen)
    assert screen.snapshots == 1


async def test_a_position_from_the_future_means_a_snapshot(board: LiveBoard) -> None:
    screen = Screen()
    await drain(board.open(ALL, owner="a"), screen)
    assert screen.last_id is not None
    epoch = screen.last_id.rpartition("-")[0]
    await drain(board.open(ALL, owner="a", last_event_id=f"{epoch}-77"), screen)
    assert screen.snapshots == 2


async def test_whoever_was_away_too_long_starts_over(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    reader.close()
    for step in range(40):
        board.touch(garage.change(text="x" * 100 + str(step)), urgent=True)
        hands.turn(TICK)
    await drain(board.open(ALL, owner="a", last_event_id=screen.last_id), screen)
    assert screen.snapshots == 2
    assert screen.shows() == truth(garage)


async def test_what_happened_while_nobody_listened_is_not_missed(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, screen)
    reader.close()
    hands.turn(120)
    board.touch(garage.change(power_w=7))
    hands.turn(GAP)
    await drain(board.open(ALL, owner="a", last_event_id=screen.last_id), screen)
    assert screen.snapshots == 2
    assert screen.shows() == truth(garage)


async def test_what_happened_where_nobody_looked_is_not_missed(board: LiveBoard, hands: Hands) -> None:
    garage, screen = Thing("charger", "garage"), Screen()
    board.touch(garage)
    reader = board.open(Scope(frozenset({"home"})), owner="a")
    elsewhere = board.open(Scope(frozenset({"office"})), owner="b")
    await drain(reader, screen)
    await drain(elsewhere, Screen())
    reader.close()
    hands.turn(50)
    board.touch(garage.change(power_w=7))
    hands.turn(GAP)
    again = Screen()
    await drain(board.open(Scope(frozenset({"home"})), owner="a"), again)
    assert again.shows() == truth(garage)


async def test_no_form_is_kept_when_nobody_reads(board: LiveBoard, hands: Hands) -> None:
    garage = Thing("charger", "garage")
    board.touch(garage)
    reader = board.open(ALL, owner="a")
    await drain(reader, Screen())
    reader.close()
    hands.turn(120)
    assert garage.looks == 1
    await drain(board.open(ALL, owner="a"), Screen())
    assert garage.looks == 2


async def test_other_rights_cannot_resume(board: LiveBoard) -> None:
    screen = Screen()
    board.touch(Thing("device", "box"))
    await drain(board.open(ALL, owner="a"), screen)
    await drain(board.open(Scope(), owner="a", last_event_id=screen.last_id), screen)
    assert screen.snapshots == 2
    assert screen.shows() == {}
