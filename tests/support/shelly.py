"""A simulated Shelly meter on a real socket, from the manufacturer's published API; shares no code with ours.

First generation: `/shelly`, `/status`, HTTP Basic. Later ones: `/shelly`, `/rpc/<Component>.GetStatus`,
`/rpc/Shelly.GetStatus`, HTTP Digest with SHA-256 and nonces that go stale.
"""

import asyncio
import base64
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


def em(*powers: float | None, voltage: float = 230.0) -> Json:
    """The status of a three-phase EM."""
    status: Json = {"id": 0}
    for letter, power in zip("abc", powers, strict=True):
        status |= {
            f"{letter}_current": None if power is None else abs(power) / voltage,
            f"{letter}_voltage": voltage,
            f"{letter}_act_power": power,
            f"{letter}_aprt_power": None if power is None else abs(power),
            f"{letter}_pf": 1.0,
            f"{letter}_freq": 50.0,
        }
    known = [power for power in powers if power is not None]
    return status | {"n_current": None, "total_current": 1.0, "total_act_power": sum(known)}


def em1(power: float, number: int = 0) -> Json:
    """The status of a single-phase EM1."""
    return {
        "id": number,
        "current": abs(power) / 230,
        "voltage": 230.0,
        "act_power": power,
        "aprt_power": abs(power),
        "pf": 1.0,
        "freq": 50.0,
        "calibration": "factory",
    }


def pm1(power: float, number: int = 0) -> Json:
    """The status of a PM1; a switch that measures looks alike."""
    return {"id": number, "voltage": 230.0, "current": abs(power) / 230, "apower": power, "freq": 50.0}


def emeter(power: float, *, valid: bool = True, **more: float) -> Json:
    """A channel of the first generation."""
    return {"power": power, "voltage": 230.0, "is_valid": valid, "total": 1.0, "total_returned": 0.0, **more}


@dataclass
class Shelly:
    """What it is and measures; may be changed while it runs."""

    generation: int = 2
    app: str = "Pro3EM"
    parts: dict[str, Json] = field(default_factory=lambda: {"em:0": em(100, 200, 300)})
    emeters: list[Json] = field(default_factory=list)
    user: str = "admin"
    password: str | None = None
    nonce_lives_for: int = 1_000
    """Requests until a nonce is stale."""
    raw: bytes | None = None
    """Sent in place of any answer."""
    silent: bool = False
    port: int = 0
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    refused: int = 0
    _nonce: str = ""
    _used: int = 0

    def answer(self, target: str, headers: dict[str, str]) -> tuple[int, Json, list[str]]:
        """The status, the body and further header lines."""
        parts = urlsplit(target)
        if parts.path == "/shelly":
            return 200, self._about(), []
        if self.password is not None and not self._is_allowed(target, headers):
            self.refused += 1
            return 401, {"code": 401}, [f"WWW-Authenticate: {self._challenge()}"]
        if self.generation == 1:
            status = {"wifi_sta": {"connected": True}, "emeters": self.emeters, "total_power": 0.0}
            return (200, status, []) if parts.path == "/status" else (404, {}, [])
        return *self._rpc(parts.path.removeprefix("/rpc/"), parse_qs(parts.query)), []

    def _about(self) -> Json:
        if self.generation == 1:
            return {"type": self.app, "mac": "98CDAC000001", "auth": self.password is not None, "fw": "1.14"}
        return {
            "name": None,
            "id": "shellypro3em-000001",
            "model": "SPEM-003CEBEU",
            "gen": self.generation,
            "app": self.app,
            "auth_en": self.password is not None,
        }

    def _rpc(self, method: str, query: dict[str, list[str]]) -> tuple[int, Json]:
        if method == "Shelly.GetStatus":
            return 200, {"sys": {"uptime": 1}, "wifi": {"rssi": -60}, **self.parts}
        component, _, call = method.partition(".")
        key = f"{component.lower()}:{query.get('id', ['?'])[0]}"
        if call != "GetStatus" or key not in self.parts:
            return 404, {"code": 404, "message": f"No handler for {method}"}
        return 200, self.parts[key]

    # -- who is let in -------------------------------------------------------------------------

    def _challenge(self) -> str:
        if self.generation == 1:
            return 'Basic realm="Login Required"'
        self._nonce, self._used = secrets.token_hex(8), 0
        return f'Digest qop="auth", realm="shellypro3em-000001", nonce="{self._nonce}", algorithm=SHA-256'

    def _is_allowed(self, target: str, headers: dict[str, str]) -> bool:
        given = headers.get("authorization", "")
        if self.generation == 1:
            expected = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return given == f"Basic {expected}"
        told = dict(re.findall(r'(\w+)="?([^",]+)"?', given.partition(" ")[2]))
        self._used += 1
        if told.get("nonce") != self._nonce or self._used > self.nonce_lives_for:
            return False
        own = _sha(f"admin:shellypro3em-000001:{self.password}")
        asked = _sha(f"GET:{target}")
        said = _sha(f"{own}:{told['nonce']}:{told['nc']}:{told['cnonce']}:{told['qop']}:{asked}")
        return told["response"] == said and told["uri"] == target and int(told["nc"], 16) == self._used

    # -- the socket ----------------------------------------------------------------------------

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().split("\r\n")
                headers = {k.lower(): v.strip() for k, _, v in (one.partition(":") for one in lines) if k}
                target = first.split(" ")[1]
                self.asked.append(target)
                if self.silent:
                    continue
                if self.raw is not None:
                    writer.write(self.raw)
                    return
                status, body, more = self.answer(target, headers)
                payload = json.dumps(body).encode()
                head_lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(payload)}", *more]
                writer.write("\r\n".join([*head_lines, "", ""]).encode() + payload)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the other end has gone, or the test is over
        finally:
            writer.close()


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@asynccontextmanager
async def shelly(device: Shelly) -> AsyncIterator[Shelly]:
    """The device runs until the block is left; a port that it had before is taken again."""
    server = await asyncio.start_server(device.serve, "127.0.0.1", device.port)
    device.port = server.sockets[0].getsockname()[1]
    try:
        yield device
    finally:
        server.close()
