"""A path to a server that can be cut, can fall silent, and can change what is said on it, as networks do."""

import select
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

MOMENT_S = 0.1
"""In which the rest of a word comes, if it comes at all."""


@dataclass(eq=False, slots=True)
class _Link:
    client: socket.socket
    server: socket.socket
    streams: bool = False
    silent: bool = False

    def hang_up(self) -> None:
        for one in (self.client, self.server):
            # A close alone would not wake the thread that reads.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Relay:
    """Listens on a port of its own and hands everything on; the port stays the same through every cut."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._links: list[_Link] = []
        self._listener: socket.socket | None = None
        self.port = 0
        self.asks: dict[bytes, bytes] = {}
        """What the server hears instead, of the same length."""
        self.answers: dict[bytes, bytes] = {}
        """What the browser hears instead, of the same length."""
        self.mend()

    @property
    def address(self) -> str:
        """Where a browser finds the server through this path."""
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """New connections find the server."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
            self.port = self._listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Nobody answers any more, and whoever was connected is told so."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        links, self._links = self._links, []
        for link in links:
            link.hang_up()

    def silence(self) -> None:
        """Streams of events hear nothing again and are not told, as after a sleep; what is new is well."""
        for link in self._links:
            if link.streams:
                link.silent = True
            else:
                link.hang_up()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                link = _Link(client, socket.create_connection(("127.0.0.1", self._target)))
                self._links.append(link)
                for way in ((link.client, link.server, self.asks), (link.server, link.client, self.answers)):
                    threading.Thread(target=self._pump, args=(link, *way), daemon=True).start()

    def _pump(
        self, link: _Link, source: socket.socket, sink: socket.socket, swaps: dict[bytes, bytes]
    ) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                link.streams |= data.startswith(b"GET /api/events")
                if link.silent:
                    continue
                # A word may come in two pieces.
                while _unfinished(data, swaps) and select.select([source], [], [], MOMENT_S)[0]:
                    if not (more := source.recv(65_536)):
                        break
                    data += more
                for said, instead in swaps.items():
                    data = data.replace(said, instead)
                sink.sendall(data)
        if not link.silent:
            link.hang_up()


def _unfinished(data: bytes, words: Iterable[bytes]) -> bool:
    """Whether the data ends within one of the words."""
    return any(data.endswith(word[:length]) for word in words for length in range(1, len(word)))


@contextmanager
def relayed(target: int) -> Iterator[Relay]:
    """A relay to a port of this machine."""
    relay = Relay(target)
    try:
        yield relay
    finally:
        relay.cut()
