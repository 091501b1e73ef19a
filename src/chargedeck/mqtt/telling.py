"""Tells a broker the state of every charger, as it changes; reads the live state as any screen does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import msgspec

from chargedeck.domain.problems import UnknownResourceError
from chargedeck.live.following import events
from chargedeck.live.ports import Scope
from chargedeck.mqtt.discovery import discovery
from chargedeck.mqtt.topics import state_topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chargedeck.hub.fleet import Fleet
    from chargedeck.live.ports import LiveBoard, Reader

OWNER = "mqtt"
GATHER_S = 0.5
"""Of a charger that changes all the time, the broker is told twice a second."""

encode = msgspec.json.Encoder().encode


class Publish(Protocol):
    """Hand a message to the broker; at `qos` 1 it answers once the broker has it."""

    async def __call__(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None: ...


class _Named(msgspec.Struct):
    id: str


class _Told(msgspec.Struct):
    """The part of an event that says whom it is about."""

    id: str = ""
    chargers: list[_Named] = []


class Telling:
    """What one connection has been told."""

    def __init__(self, publish: Publish, fleet: Fleet, board: LiveBoard) -> None:
        self._send = publish
        self._fleet = fleet
        self._board = board
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self._announced: dict[str, Mapping[str, bytes]] = {}
        """What Home Assistant was told of each charger, by topic."""

    async def run(self) -> None:
        """Tell of everything, then of what changes, until cancelled or the connection breaks."""
        reader = self._board.open(Scope(), owner=OWNER)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._gather(reader), name="mqtt-gather")
                tasks.create_task(self._tell(), name="mqtt-tell")
        finally:
            reader.close()

    async def _gather(self, reader: Reader) -> None:
        """Note which chargers have changed; the board's own bound keeps a flood from piling up."""
        async for chunk in reader:
            self._changed.update(_about(chunk))
            self._news.set()

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            changed, self._changed = self._changed, set()
            for charger in sorted(changed):
                await self._publish(charger)
            await asyncio.sleep(GATHER_S)

    async def _publish(self, charger_id: str) -> None:
        try:
            charger = self._fleet.charger(charger_id)
        except UnknownResourceError:
            await self._withdraw(charger_id)
            return
        shown = self._board.read(charger)
        await self._announce(charger_id, {topic: encode(told) for topic, told in discovery(shown).items()})
        await self._send(state_topic(charger_id), encode(shown), qos=0, retain=True)

    async def _announce(self, charger_id: str, told: Mapping[str, bytes]) -> None:
        """Tell Home Assistant of a charger, and again what is no longer as it was told."""
        before = self._announced.get(charger_id, {})
        for topic, payload in told.items():
            if before.get(topic) != payload:
                await self._send(topic, payload, qos=1, retain=True)
        self._announced[charger_id] = told

    async def _withdraw(self, charger_id: str) -> None:
        """A charger that is gone leaves nothing behind: an empty message takes the retained one away."""
        for topic in (*self._announced.pop(charger_id, ()), state_topic(charger_id)):
            await self._send(topic, b"", qos=1, retain=True)


def _about(chunk: bytes) -> Iterator[str]:
    for kind, data in events(chunk.split(b"\n")):
        if kind == "charger":
            yield msgspec.json.decode(data, type=_Told).id
        elif kind == "snapshot":
            yield from (one.id for one in msgspec.json.decode(data, type=_Told).chargers)
