"""How long and how large an HTTP request may be on its way: half of one must not hold a socket for ever.

Also lets an answer be written in parts without waiting, for streams that many people read.
"""

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

REQUEST_S = 20.0
"""For the head and the body of a request, from its first byte or from the connection."""

LARGEST_HEAD = 64 * 1024


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which by itself waits for ever and takes any number of headers."""

    request_s = REQUEST_S

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._late: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody is there, and has said nothing yet."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """There is nothing to wait for any more."""
        self._content()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something has come, be it a single byte: from now on the rest is expected."""
        self._expect()
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._head = 0
        self._expect()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._more_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._more_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete: the request is handed to the application."""
        super().on_headers_complete()
        if self.cycle is not None:
            self.scope["extensions"] = {
                "chargedeck.write": {"write": partial(_write_at_once, self.cycle)},
                "chargedeck.peer": {"address": self.client[0] if self.client else ""},
            }

    def on_message_complete(self) -> None:
        """A request is complete; its answer may take as long as it likes."""
        self._content()
        super().on_message_complete()

    def _more_head(self, size: int) -> None:
        self._head += size
        if self._head > LARGEST_HEAD:
            raise ValueError("the head is too long")  # the parser makes a 400 of it

    def _expect(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.request_s, self.transport.abort)

    def _content(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def _write_at_once(answer: RequestResponseCycle, part: bytes) -> bool:
    """Write a part of an answer in chunks; False when it has to go the way that waits for the reader."""
    if answer.disconnected or answer.response_complete:
        return True  # nobody is there to read it
    if answer.flow.write_paused or not answer.chunked_encoding:
        return False
    answer.transport.write(b"%x\r\n%b\r\n" % (len(part), part))
    return True
