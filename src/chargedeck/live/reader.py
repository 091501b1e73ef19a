"""One open event stream with a bound on what waits for it; it never slows whoever writes.

A reader that keeps up is written to on the spot, without waking a task for each chunk; only what its
socket does not take at once waits in its queue.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable

Write = Callable[[bytes], bool]
"""Write a chunk without waiting; False when the other end would have to be waited for."""


class QueueReader:
    """Chunks of bytes in order, shared with the other readers of the same scope.

    When more waits than `max_bytes`, all of it is dropped and the next chunk is a fresh snapshot:
    after a lag the present state is worth more than how it came about.
    """

    __slots__ = (
        "_at_once",
        "_chunks",
        "_ended",
        "_left",
        "_max_bytes",
        "_owner",
        "_queued",
        "_snapshot",
        "_waiter",
        "behind_since",
    )

    def __init__(
        self,
        owner: str,
        *,
        snapshot: Callable[[], bytes],
        left: Callable[["QueueReader"], None],
        max_bytes: int,
    ) -> None:
        self._owner = owner
        self._snapshot = snapshot
        self._left = left
        self._max_bytes = max_bytes
        self._chunks: deque[bytes] = deque()
        self._queued = 0
        self._at_once: Write | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.behind_since: float | None = None

    @property
    def owner(self) -> str:
        """Whose stream this is; what `close_readers` goes by."""
        return self._owner

    def write_at_once(self, write: Write) -> None:
        """Try `write` first with every chunk that nothing waits before."""
        self._at_once = write

    @property
    def idle(self) -> bool:
        """Whether nothing waits to be written."""
        return not self._chunks and self.behind_since is None

    def start_over(self, now: float) -> None:
        """Drop what waits: the next chunk is a snapshot."""
        self._chunks.clear()
        self._queued = 0
        self.behind_since = now
        self._wake()

    def resume(self, chunks: Iterable[bytes]) -> None:
        """Begin with what was missed, however much it is: whoever kept it has bounded it."""
        self._chunks.extend(chunks)
        self._wake()

    def offer(self, chunk: bytes, now: float) -> bool:
        """Queue a chunk; False when the reader is too far behind, and lost its queue for it."""
        if self.behind_since is not None:
            return True
        waiter = self._waiter
        is_waiting = waiter is not None and not waiter.done()
        if is_waiting and self._at_once is not None and self._at_once(chunk):
            return True
        self._queued += len(chunk)
        if self._queued > self._max_bytes:
            self.start_over(now)
            return False
        self._chunks.append(chunk)
        self._wake()
        return True

    def close(self) -> None:
        """Take no more; idempotent."""
        if self._ended.done():
            return
        self._ended.set_result(None)
        self._chunks.clear()
        self._wake()
        self._left(self)

    @property
    def ended(self) -> asyncio.Future[None]:
        """Done once the stream has been closed, by either side."""
        return self._ended

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._ended.done():
            if self.behind_since is not None:
                self.behind_since = None
                return self._snapshot()
            if self._chunks:
                return self._take()
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        raise StopAsyncIteration

    def _take(self) -> bytes:
        chunks = self._chunks
        chunk = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        chunks.clear()
        self._queued = 0
        return chunk

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
