"""`python -m bench.readers --count 100 http://127.0.0.1:8080/api/events`: read the event stream.

The token comes in the environment as BENCH_TOKEN. Runs until stdin ends. Prints one line of JSON a
phase: connected, done. With --seen every reader reads along and writes down, to this file, when it saw
which mark of the load: reader, charger, mark, microsecond; without it the bytes are counted and dropped.
"""

import argparse
import gc
import json
import os
import resource
import select
import socket
import sys
import time
from array import array
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.machine import allow_open_files
from bench.readers.stream import Events, Stream

_OPENING_AT_ONCE = 32
_OPEN_TIMEOUT_S = 60
_TAKEN_AT_ONCE = 1 << 20


class Audience:
    """All readers of this process on one epoll loop."""

    def __init__(self, seen: "array[int] | None") -> None:
        self.streams: list[Stream] = []
        self.refused = self.ended = self.taken = 0
        self._seen = seen
        self._epoll = select.epoll()
        self._epoll.register(sys.stdin, select.EPOLLIN)
        self._stdin = sys.stdin.fileno()
        self._by_fd: dict[int, tuple[Stream, Events | None]] = {}
        self._buffer = bytearray(_TAKEN_AT_ONCE)
        self._flags = socket.MSG_TRUNC if seen is None else 0  # the kernel drops what nobody will read

    def open(self, address: tuple[str, int], path: str, token: str, count: int) -> None:
        """Open so many streams, some at a time."""
        deadline = time.monotonic() + _OPEN_TIMEOUT_S
        while (opened := self.opened) + self.refused < count and time.monotonic() < deadline:
            while len(self.streams) < min(count, opened + self.refused + _OPENING_AT_ONCE):
                self._add(Stream(address, path, token))
            self.pump(0.05)

    @property
    def opened(self) -> int:
        """How many the server serves."""
        return sum(stream.opened for stream in self.streams)

    def events(self) -> tuple[int, int]:
        """Patches and snapshots that were read along."""
        read = [events for _, events in self._by_fd.values() if events is not None]
        return sum(events.patches for events in read), sum(events.snapshots for events in read)

    def _add(self, stream: Stream) -> None:
        reader = len(self.streams)
        events = None if self._seen is None else Events(lambda *mark: self._note(reader, *mark))
        self.streams.append(stream)
        self._by_fd[stream.socket.fileno()] = (stream, events)
        self._epoll.register(stream.socket, select.EPOLLIN)

    def _note(self, reader: int, charger: int, mark: int) -> None:
        if self._seen is not None:
            self._seen.extend((reader, charger, mark, time.monotonic_ns() // 1000))

    def pump(self, timeout_s: float) -> bool:
        """Take what has arrived; False when stdin has ended."""
        for fd, _ in self._epoll.poll(timeout_s):
            if fd == self._stdin:
                if not os.read(fd, 100):
                    return False
            else:
                self._take(*self._by_fd[fd])
        return True

    def _take(self, stream: Stream, events: Events | None) -> None:
        if not stream.opened:
            rest = stream.begin(stream.socket.recv(1 << 16))
            if stream.refused:
                self._end(stream)
            elif rest and events:
                events.feed(rest)
            return
        size = stream.socket.recv_into(self._buffer, _TAKEN_AT_ONCE, self._flags)
        self.taken += size
        if size == 0:
            self._end(stream)
        elif events:
            events.feed(bytes(self._buffer[:size]))

    def _end(self, stream: Stream) -> None:
        if stream.refused:
            self.refused += 1
            print(stream.refused, file=sys.stderr, flush=True)
        else:
            self.ended += 1
        self._epoll.unregister(stream.socket)
        del self._by_fd[stream.socket.fileno()]
        stream.socket.close()


def main() -> int:
    """Open the streams, read until told to stop, report; 1 when not all could be opened."""
    asked = _arguments()
    allow_open_files(asked.count + 100)
    gc.disable()
    url = urlsplit(asked.url)
    address = (url.hostname or "127.0.0.1", url.port or 80)
    seen: array[int] | None = array("q") if asked.seen else None
    audience = Audience(seen)
    audience.open(address, url.path, os.environ["BENCH_TOKEN"], asked.count)
    _say("connected", readers=audience.opened, refused=audience.refused)
    while audience.pump(0.5):
        pass
    patches, snapshots = audience.events()
    used = resource.getrusage(resource.RUSAGE_SELF)
    _say(
        "done",
        ended=audience.ended,
        bytes=audience.taken,
        patches=patches,
        snapshots=snapshots,
        cpu_s=round(used.ru_utime + used.ru_stime, 2),
    )
    if seen is not None:
        asked.seen.write_bytes(seen.tobytes())
    return 0 if audience.opened == asked.count else 1


def _say(phase: str, **facts: Any) -> None:
    print(json.dumps({"phase": phase, **facts}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.readers", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="readers")
    parser.add_argument("--seen", type=Path, help="read along and write here what was seen when")
    parser.add_argument("url", help="http://host:port/api/events")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
