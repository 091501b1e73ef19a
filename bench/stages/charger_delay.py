"""How long a command takes from a browser's request to the charger's socket: what we add, and no more."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from bench.histogram import Histogram
from bench.load.cycle import answers
from bench.product import Product

_DEVICE = "COMMANDED"
_ANSWERS = {action.decode(): payload for action, payload in answers()}
_TIMEOUT_S = 10
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Commands:
    """Times until the frame is at the charger (`out`), and until the browser has its answer (`whole`)."""

    out: Histogram
    whole: Histogram
    refused: int


class _Charger(WSListener):
    """A charge point that accepts what it is told, and notes when it was told."""

    def __init__(self) -> None:
        self.answered: dict[str, asyncio.Future[Any]] = {}
        self.told: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
        self._transport: WSTransport | None = None
        self._ids = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        at = time.perf_counter()
        if frame.msg_type is WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        if frame.msg_type is not WSMsgType.TEXT:
            return
        kind, ident, *rest = json.loads(frame.get_payload_as_bytes())
        if kind == 2:
            self.told.put_nowait((rest[0], at))
            payload = _ANSWERS.get(rest[0], b'{"status":"Accepted"}')
            transport.send(WSMsgType.TEXT, b'[3,"%b",%b]' % (ident.encode(), payload))
        else:
            self.answered.pop(ident).set_result(rest)

    async def call(self, action: str, payload: Mapping[str, Any]) -> Any:
        """Say something to the central system and wait for its answer."""
        self._ids += 1
        ident = f"c{self._ids}"
        self.answered[ident] = asyncio.get_running_loop().create_future()
        if self._transport is None:
            raise RuntimeError("the charger is not connected")
        self._transport.send(WSMsgType.TEXT, json.dumps([2, ident, action, payload]).encode())
        async with asyncio.timeout(_TIMEOUT_S):
            return await self.answered[ident]


class _Browser:
    """One kept-alive connection to the API."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Send a request and read its answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._product.http_port)
        reader, writer = self._streams
        content = b"" if body is None else json.dumps(body).encode()
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._product.http_port}\r\n"
            f"Authorization: Bearer {self._product.tokens['operator']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(head.partition("content-length:")[2].split("\r\n")[0])
        return int(head.split()[1]), json.loads(await reader.readexactly(size) or b"null")


async def commanded(product: Product, seconds: float) -> Commands:
    """Move the current slider up and down for so long."""
    charger = _Charger()
    transport, _ = await ws_connect(
        lambda: charger, f"{product.ocpp_url}{_DEVICE}", extra_headers={"Sec-WebSocket-Protocol": "ocpp1.6"}
    )
    try:
        await _boot(charger)
        return await _repeated(charger, _Browser(product), seconds)
    finally:
        transport.disconnect()


async def _boot(charger: _Charger) -> None:
    await charger.call("BootNotification", {"chargePointVendor": "Load", "chargePointModel": "L1"})
    status = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    await charger.call("StatusNotification", status)
    await asyncio.sleep(1.5)  # what the server asks a newcomer is not to be measured


async def _repeated(charger: _Charger, browser: _Browser, seconds: float) -> Commands:
    status, found = await browser.request("GET", f"/api/devices/{_DEVICE}")
    if status != 200:
        raise RuntimeError(f"the charger is not there: {status} {found}")
    (charger_id,) = found["charger_ids"]
    commands = Commands(Histogram(), Histogram(), 0)
    refused, turn, end = 0, 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        turn += 1
        while not charger.told.empty():
            charger.told.get_nowait()
        began = time.perf_counter()
        body = {"current_a": (8, 10)[turn % 2]}
        status, answer = await browser.request("PUT", f"/api/chargers/{charger_id}/allowed-current", body)
        whole = time.perf_counter() - began
        if status != 200 or charger.told.empty():
            refused += 1
            if refused > 3:
                raise RuntimeError(f"the command was answered {status}: {answer}")
            continue
        _, at = charger.told.get_nowait()
        commands.out.add(int((at - began) * 1e6))
        commands.whole.add(int(whole * 1e6))
        await asyncio.sleep(_PAUSE_S)
    return Commands(commands.out, commands.whole, refused)
