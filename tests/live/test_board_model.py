"""Whatever happens in whatever order: in the end every screen shows what is true and may be seen."""

import asyncio
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.live.screen import Hands, Screen, Thing, drain, truth

from chargedeck.live.board import Board, Bounds
from chargedeck.live.ports import Reader, Scope

STATIONS = ("home", "office")
SCOPES = (
    Scope(devices=True),
    Scope(),
    Scope(frozenset({"home"}), devices=True),
    Scope(frozenset({"office"})),
    Scope(frozenset()),
    Scope(frozenset({"home", "office"})),
    Scope(person="person 1"),
    Scope(frozenset({"home"}), person="person 2", chargers=frozenset({"0"})),
    Scope(person="person 3", chargers=frozenset({"0", "1"})),
)
KINDS = ("charger", "station", "device", "session")
VALUES = st.none() | st.integers(0, 2) | st.dictionaries(st.sampled_from("xy"), st.none() | st.integers(0, 2))

touches = st.tuples(
    st.just("touch"), st.sampled_from(KINDS), st.integers(0, 1), st.sampled_from("abc"), VALUES, st.booleans()
)
moves = st.tuples(st.just("move"), st.integers(0, 1), st.sampled_from(STATIONS))
removals = st.tuples(st.just("remove"), st.sampled_from(KINDS), st.integers(0, 1))
reads = st.tuples(st.just("read"), st.integers(0, 1))
drains = st.tuples(st.just("drain"), st.integers(0, len(SCOPES) - 1))
breaks = st.tuples(st.just("break"), st.integers(0, len(SCOPES) - 1))
turns = st.tuples(st.just("turn"), st.sampled_from([0.0, 0.01, 0.03, 0.6, 20.0, 70.0]))
STEPS = st.lists(touches | moves | removals | reads | drains | breaks | turns, max_size=60)


def secretive(kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Others see neither a session nor the value b of anything."""
    values = {key: value for key, value in plain["values"].items() if key != "b"}
    return None if kind == "session" else {**plain, "values": values}


class World:
    def __init__(self) -> None:
        self.hands = Hands()
        self.things: dict[tuple[str, int], Thing] = {}
        self.screens = [Screen() for _ in SCOPES]
        self.readers: list[Reader | None] = [None for _ in SCOPES]
        bounds = Bounds(reader_bytes=300, ring_bytes=600, resume_s=30, keepalive_s=15, resources_a_tick=2)
        self.board = Board(self.hands, bounds, veil=secretive)

    def thing(self, kind: str, number: int) -> Thing:
        return self.things.setdefault((kind, number), Thing(kind, str(number), STATIONS[number]))

    async def listen(self, number: int) -> None:
        """Read what there is; open the stream, or open it again when it was ended, as a browser does."""
        screen, reader = self.screens[number], self.readers[number]
        if reader is not None and await drain(reader, screen):
            return
        again = self.board.open(SCOPES[number], owner="a", last_event_id=screen.last_id)
        self.readers[number] = again
        await drain(again, screen)

    async def do(self, step: tuple[object, ...]) -> None:
        match step:
            case ("touch", str(kind), int(number), str(key), value, bool(urgent)):
                self.board.touch(self.thing(kind, number).change(**{key: value}), urgent=urgent)
            case ("move", int(number), str(station_id)) if ("charger", number) in self.things:
                self.things["charger", number].station_id = station_id
                self.board.touch(self.things["charger", number])
            case ("remove", str(kind), int(number)) if (kind, number) in self.things:
                self.board.remove(self.things.pop((kind, number)))
            case ("read", int(number)) if ("charger", number) in self.things:
                self.board.read(self.things["charger", number])
            case ("drain", int(number)):
                await self.listen(number)
            case ("break", int(number)):
                reader, self.readers[number] = self.readers[number], None
                if reader is not None:
                    reader.close()
            case ("turn", float(seconds)):
                self.hands.turn(seconds)
            case _:
                pass

    async def settle(self) -> None:
        self.hands.turn(2)
        for number in range(len(SCOPES)):
            await self.listen(number)
        self.hands.turn(2)
        for number in range(len(SCOPES)):
            await self.listen(number)


async def run(steps: list[tuple[object, ...]]) -> None:
    world = World()
    for step in steps:
        await world.do(step)
    await world.settle()
    for scope, screen in zip(SCOPES, world.screens, strict=True):
        seen = [
            thing
            for thing in world.things.values()
            if thing.kind != "session" and scope.sees(thing.kind, thing.station_id, thing.id)
        ]
        assert screen.shows() == {
            key: value if scope.sees_through(thing.kind, thing.whose) else secretive(thing.kind, value)
            for thing in seen
            for key, value in truth(thing).items()
        }
    world.board.close()
    assert world.hands.waiting == 0


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_every_screen_ends_up_with_the_truth(steps: list[tuple[object, ...]]) -> None:
    asyncio.run(run(steps))
