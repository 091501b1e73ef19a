"""The event stream of an embed: hears all of its charger, and tells only what an embed shows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec

from chargedeck.live.following import events
from chargedeck.live.frames import KEEPALIVE
from chargedeck.live.ports import Reader

_encode = msgspec.json.Encoder().encode

Look = Callable[[], Mapping[str, Any] | None]
"""What the embed shows now; None when its charger is not where it was."""


class EmbedReader:
    """A Reader whose every event is a snapshot: what an embed shows is small, and each is whole."""

    def __init__(self, heard: Reader, look: Look) -> None:
        self._heard = heard
        self._chunks = aiter(heard)
        self._look = look
        self._told: Mapping[str, Any] | None = None

    @property
    def owner(self) -> str:
        """Whose stream this is."""
        return self._heard.owner

    def write_at_once(self, write: Callable[[bytes], bool]) -> None:
        """Nothing is written past this reader: it must not pass on what it hears."""

    @property
    def ended(self) -> asyncio.Future[None]:
        """Done once the stream has been closed, by either side."""
        return self._heard.ended

    def close(self) -> None:
        """Take no more; idempotent."""
        self._heard.close()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while True:
            chunk = await anext(self._chunks)
            kinds = {kind for kind, _ in events(chunk.splitlines())}
            if kinds & {"snapshot", "charger"}:
                shown = self._look()
                if shown is None:
                    self.close()
                    raise StopAsyncIteration
                if shown != self._told:
                    self._told = shown
                    return embed_frame(shown)
            if "heartbeat" in kinds:
                return KEEPALIVE


def embed_frame(shown: Mapping[str, Any]) -> bytes:
    """What an embed shows as a snapshot, in the form of the stream that the app follows."""
    return b"event: snapshot\ndata: %b\n\n" % _encode({"chargers": [shown], "stations": []})
