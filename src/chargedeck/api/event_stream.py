"""The event stream as an ASGI answer: as little as can be done per reader and chunk."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from litestar.types import Receive, Scope, Send

from chargedeck.live.frames import KEEPALIVE
from chargedeck.live.ports import Reader

GRACE_S = 5.0
"""How long a stream that was ended may take to take what was written to it."""

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

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Serve the stream to its end."""
        await send({"type": "http.response.start", "status": 200, "headers": list(_START_HEADERS)})
        try:
            async with asyncio.timeout(None) as deadline:
                watch = asyncio.create_task(self._watch(receive, deadline), name="events-watch")
                try:
                    await self._pump(send)
                finally:
                    self._reader.close()
                    watch.cancel()
                    await asyncio.gather(watch, return_exceptions=True)
        except TimeoutError:
            return  # the other end takes nothing: there is no use in a last word
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, send: Send) -> None:
        time = asyncio.get_running_loop().time
        check_at = time() + self._recheck_s
        beat = KEEPALIVE
        async for chunk in self._reader:
            await send({"type": "http.response.body", "body": chunk + beat, "more_body": True})
            beat = b""
            if time() >= check_at:
                if not await self._still_welcome():
                    return
                check_at = time() + self._recheck_s

    async def _watch(self, receive: Receive, deadline: asyncio.Timeout) -> None:
        """End the reader when the browser is gone; end the writing when it hangs after the reader's end."""
        gone = asyncio.create_task(_disconnected(receive), name="events-gone")
        try:
            await asyncio.wait({gone, self._reader.ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await gone
        self._reader.close()
        deadline.reschedule(asyncio.get_running_loop().time() + self._grace_s)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
