"""Who sees only their own doings is told nothing else, also while a thing passes from one to another."""

from collections.abc import Mapping
from typing import Any

from tests.live.screen import Hands, Screen, Thing, drain

from chargedeck.live.board import Board
from chargedeck.live.ports import Reader, Scope

ANA, BOB = "person 1", "person 2"


def discreet(kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    values = {key: value for key, value in plain["values"].items() if key != "secret"}
    return None if kind == "session" else {**plain, "values": values}


class Room:
    """Ana, who sees only her own, beside somebody who sees everything."""

    def __init__(self) -> None:
        self.hands = Hands()
        self.board = Board(self.hands, veil=discreet)
        self.garage = Thing("charger", "garage")
        self.ana, self.all = Screen(), Screen()
        self._readers: list[tuple[Reader, Screen]] = []

    def open(self, chargers: frozenset[str] | None = None) -> None:
        self._readers = [
            (self.board.open(Scope(person=ANA, chargers=chargers), owner="ana"), self.ana),
            (self.board.open(Scope(), owner="all"), self.all),
        ]

    async def listen(self) -> None:
        self.hands.turn(1)
        for reader, screen in self._readers:
            await drain(reader, screen)

    async def uses(self, person: int | None, secret: str) -> None:
        self.board.touch(self.garage.change(a=person, secret=secret), urgent=True)
        await self.listen()

    def ana_was_told(self, word: str) -> bool:
        return any(word in str(message.data) for message in self.ana.messages)


async def test_only_what_is_ones_own_is_told() -> None:
    room = Room()
    room.board.touch(room.garage.change(a=2, secret="before"))
    room.open()
    await room.listen()
    await room.uses(2, "of bob")
    await room.uses(1, "of ana")
    await room.uses(1, "still of ana")
    assert room.ana.state["charger", "garage"]["values"]["secret"] == "still of ana"
    await room.uses(2, "of bob again")
    await room.uses(None, "of nobody")
    told = {word: room.ana_was_told(word) for word in ("before", "of bob", "of ana", "still", "of nobody")}
    assert told == {"before": False, "of bob": False, "of ana": True, "still": True, "of nobody": False}
    assert "secret" not in room.ana.state["charger", "garage"]["values"]
    assert room.all.state["charger", "garage"]["values"]["secret"] == "of nobody"
    room.board.close()


async def test_a_change_that_was_under_way_is_in_the_snapshot_alone() -> None:
    room = Room()
    everybody = room.board.open(Scope(), owner="all")
    room.board.touch(room.garage.change(a=2, secret="of bob"))
    room.hands.turn(1)
    room.board.touch(room.garage.change(secret="of bob too"), urgent=True)
    room.board.read(room.garage)  # told now, delivered with the next tick
    room.open()
    await room.listen()
    assert not room.ana_was_told("of bob")
    everybody.close()
    room.board.close()


async def test_a_session_of_others_is_not_told_at_all() -> None:
    room = Room()
    room.open()
    await room.listen()
    for number, person in enumerate((1, 2)):
        values = {"a": person, "secret": f"of {person}"}
        room.board.touch(Thing("session", str(number), values=values))
    await room.listen()
    assert [message.data["id"] for message in room.ana.messages if message.event == "session"] == ["0"]
    assert [message.data["id"] for message in room.all.messages if message.event == "session"] == ["0", "1"]
    room.board.close()


async def test_a_charger_that_is_not_allowed_is_not_there() -> None:
    room = Room()
    room.board.touch(room.garage.change(a=1))
    room.board.touch(Thing("charger", "desk"))
    room.open(frozenset({"desk"}))
    await room.listen()
    await room.uses(1, "of ana")
    assert set(room.ana.state) == {("charger", "desk")}
    assert not room.ana_was_told("garage")
    room.board.close()


async def test_a_station_shows_all_of_itself_to_who_may_use_all_its_chargers() -> None:
    for chargers, sees in ((None, True), (frozenset({"garage"}), False)):
        room = Room()
        room.board.touch(Thing("station", "home", values={"secret": "first"}))
        room.open(chargers)
        await room.listen()
        assert room.ana_was_told("first") == sees
        room.board.touch(Thing("station", "home", values={"secret": "second", "x": 1}), urgent=True)
        await room.listen()
        assert room.ana_was_told("second") == sees
        assert room.ana.state["station", "home"]["values"]["x"] == 1
        room.board.close()
