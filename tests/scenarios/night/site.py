"""The place of the night: a server, ten simulated chargers of several kinds, and what both have promised."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import httpx
from tests.scenarios.night.promise import Allowance, Promise
from tests.scenarios.night.truth import Moment, Truth
from tests.support.api import Api, ApiProblem, api_client
from tests.support.server import Server
from tests.support.simulator import Simulator, simulator

from chargedeck.domain.units import DeviceId, charger_id

CONFIRMED_S = 60
LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Build:
    """Charge points of one kind, each on a circuit of its own; they share a process."""

    name: str
    installations_a: tuple[int, ...]
    connectors: int = 1
    quirks: tuple[str, ...] = ()

    @property
    def options(self) -> list[str]:
        """What makes the simulator build them."""
        quirks = [word for quirk in self.quirks for word in ("--quirk", quirk)]
        return ["--connectors", str(self.connectors), *quirks]


BUILDS = (
    Build("plain", (16, 20, 32, 10, 25, 16)),
    Build("twin", (16,), connectors=2),
    Build("watts", (20,), quirks=("watt-only",)),
    Build("odd", (20,), quirks=("boots-on-reconnect", "kwh-units", "no-composite-schedule")),
)
"""Ten outlets. The wiring of each would carry 32 A; a second one begins at no more than 16 A by itself."""


@dataclass
class Outlet:
    """A charger with everything that was promised about it."""

    device: str
    connector: int
    build: Build
    simulator: Simulator
    allowance: Allowance
    allowed: Promise[int]
    name: Promise[str]
    priority: Promise[int] = field(default_factory=lambda: Promise(0))
    plug_and_charge: Promise[bool] = field(default_factory=lambda: Promise(False))
    paused: int | None = None
    """The transaction that a confirmed pause holds at nothing."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever gives a command or looks whether the promises were kept."""

    @property
    def charger(self) -> str:
        return charger_id(DeviceId(self.device), self.connector)

    async def seen(self) -> dict[str, Any]:
        """The outlet as a bystander sees it."""
        return await self.simulator.connector(self.device, self.connector)

    async def do(self, word: str, **fields: Any) -> None:
        """Something happens to the outlet or its device."""
        await self.simulator.do(word, self.device, connector=self.connector, **fields)


@dataclass
class Site:
    """All of it."""

    server: Server
    api: Api
    rng: random.Random
    speed: float
    truth: Truth
    log: TextIO
    """What was asked of the API, and how it ended."""
    outlets: list[Outlet] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)
    """How the API's commands ended."""
    named_sessions: set[str] = field(default_factory=set)
    """Every session that an answer of the API has named."""
    faults: list[str] = field(default_factory=list)
    """Promises that were broken on the spot."""
    serving: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def broken(self, what: str) -> None:
        """Write down that something was not as it was said to be."""
        self.faults.append(f"{datetime.now(UTC):%H:%M:%S} {what}")

    async def command(self, method: str, path: str, body: Any = None) -> tuple[bool | None, Any]:
        """Whether the API did it; None when the server died before it could say.

        People wait for a server that they know to be down; one that dies meanwhile surprises them.
        """
        await self.serving.wait()
        asked_at = datetime.now(UTC)
        try:
            answer = await self.api.call(method, path, body)
        except ApiProblem as problem:
            self._ended("refused", asked_at, f"{method} {path} {body}: {problem}")
            return False, problem
        except httpx.TransportError as error:
            self._ended("unanswered", asked_at, f"{method} {path} {body}: {error!r}")
            return None, None
        self._ended("answered 200", asked_at, f"{method} {path} {body}")
        if isinstance(answer, dict) and isinstance(session := answer.get("session"), dict):
            self.named_sessions.add(session["id"])
        return True, answer

    def _ended(self, how: str, asked_at: datetime, what: str) -> None:
        self.commands[how] += 1
        self.log.write(f"{asked_at:%H:%M:%S.%f} to {datetime.now(UTC):%H:%M:%S.%f} {how}: {what}\n")

    async def pause(self, least: float, most: float) -> None:
        """Let some real time pass, or less when the night ends."""
        try:
            async with asyncio.timeout(self.rng.uniform(least, most)):
                await self.over.wait()
        except TimeoutError:
            return

    async def watch(self) -> None:
        """Look at every outlet again and again, as a bystander with an ammeter would."""
        while True:
            for simulated in {id(outlet.simulator): outlet.simulator for outlet in self.outlets}.values():
                since = time.time()
                state = await simulated.do("state")
                for device in state["chargers"]:
                    for seen in device["connectors"]:
                        charger = charger_id(DeviceId(device["id"]), seen["connector"])
                        drawn = max(seen["current_a"])
                        moment = Moment(charger, since, time.time(), seen["offered_a"], drawn)
                        self.moments.append(moment)
            await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def night_site(folder: Path, rng: random.Random, speed: float) -> AsyncIterator[Site]:
    """A server and its chargers, each connected and limited, until the block is left."""
    server = Server(folder)
    token = await asyncio.to_thread(server.token)
    server.start()
    async with AsyncExitStack() as stack:
        stack.callback(lambda: server.kill() if server.is_running else None)
        await asyncio.to_thread(server.wait_until_ready)
        api = await stack.enter_async_context(api_client(server.url, token))
        journals = [folder / f"{build.name}.jsonl" for build in BUILDS]
        log = stack.enter_context((folder / "commands.log").open("w"))
        site = Site(server, api, rng, speed, Truth(journals), log)
        for build, journal in zip(BUILDS, journals, strict=True):
            await _install(site, build, journal, stack)
        for outlet in site.outlets:
            await site.api.until(
                f"/api/chargers/{outlet.charger}",
                lambda charger: charger["limit"]["confirmed_a"] is not None,
                CONFIRMED_S,
            )
            outlet.allowance.settle(outlet.allowed.confirmed, time.time())
        site.serving.set()
        yield site


async def _install(site: Site, build: Build, journal: Path, stack: AsyncExitStack) -> None:
    installed = {f"{build.name}{number}": amps for number, amps in enumerate(build.installations_a, start=1)}
    passwords = {
        device: await site.api.add_device(device, name=device, installation_current_a=amps)
        for device, amps in installed.items()
    }
    options = ("--speed", f"{site.speed:g}", "--reconnect-max", "0.5", "--journal", str(journal))
    running = await stack.enter_async_context(
        simulator(site.server.ocpp_url, passwords, *options, *build.options)
    )
    for device, amps in installed.items():
        for connector in range(1, build.connectors + 1):
            name = device if connector == 1 else f"{device} {connector}"
            site.outlets.append(
                Outlet(device, connector, build, running, Allowance(amps), Promise(amps), Promise(name))
            )
