"""A file as an ASGI answer, sent as it is made, and never faster than it is taken."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from urllib.parse import quote

from litestar.types import Receive, Scope, Send

ROWS = "x-total-count"
"""The header that says how many rows a file will have, so that who takes it can show progress."""


class Download:
    """Sends a file. One that cannot be finished is cut off, so that nobody takes it for whole."""

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        *,
        name: str,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._pieces = pieces
        self._headers = {
            "content-type": media_type,
            "content-disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}",
            **(headers or {}),
        }

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Serve the file to its end, or until nobody takes it any more."""
        headers = [(name.encode(), value.encode("latin-1")) for name, value in self._headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(_disconnected(receive), name="download-gone")
        try:
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    if gone.done():
                        return
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
