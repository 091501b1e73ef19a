"""The event stream as an ASGI answer: as little as can be done per reader and chunk."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from litestar.types import Receive, Scope, Send

from chargedeck.live.frames import KEEPALIVE
from chargedeck.live.ports import Reader

GRACE_S = 5.0
"""How long a stream that was ended may take to take what was written to it."""

WRITE = "chargedeck.write"
"""The extension of our own server that writes a part of an answer at once, or says that it cannot."""

_START_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class EventStream:
    """Writes what a reader gets until the browser goes, the sign-in ends or the server stops."""

    def __init__(
        self,
        reader: Reader,
        still_welcome: Callable[[], Awaitable[bool]],
        *,
        recheck_s: float,
        grace_s: float = GRACE_S,
    ) -> None:
        self._reader = reader
        self._still_welcome = still_welcome
        self._recheck_s = recheck_s
        self._grace_s = grace_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream to its end."""
        extension: Any = (scope.get("extensions") or {}).get(WRITE)
        if extension is not None:
            self._reader.write_at_once(extension["write"])
        await send({"type": "http.response.start", "status": 200, "headers": list(_START_HEADERS)})
        try:
            async with asyncio.timeout(None) as deadline:
                watch = asyncio.create_task(self._watch(receive, deadline), name="events-watch")
                try:
                    await self._pump(send)
                finally:
                    self._reader.close()
                    watch.cancel()
                    await asyncio.wait({watch})
                if not watch.cancelled():
                    watch.result()  # what kept it from watching is not to be kept quiet
        except TimeoutError:
            return  # the other end takes nothing: there is no use in a last word
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, send: Send) -> None:
        beat = KEEPALIVE
        async for chunk in self._reader:
            await send({"type": "http.response.body", "body": chunk + beat, "more_body": True})
            beat = b""

    async def _watch(self, receive: Receive, deadline: asyncio.Timeout) -> None:
        """End the reader when the browser is gone or not welcome any more.

        Writing that hangs after the reader's end is ended as well.
        """
        gone = asyncio.create_task(_disconnected(receive), name="events-gone")
        try:
            while not gone.done() and not self._reader.ended.done():
                await asyncio.wait(
                    {gone, self._reader.ended},
                    timeout=self._recheck_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                is_quiet = not gone.done() and not self._reader.ended.done()
                if is_quiet and not await self._still_welcome():
                    break
        finally:
            # Whatever ended the watch, a stream that nobody watches any more must not go on.
            self._reader.close()
            deadline.reschedule(asyncio.get_running_loop().time() + self._grace_s)
            # Not awaited: what ended the watch would be lost to the cancelling that the reader's end brings.
            gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
