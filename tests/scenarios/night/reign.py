"""Kills the server at random instants, starts it again, and looks at once whether it kept its promises."""

import asyncio
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.scenarios.night.office import CardFacts, Office
from tests.scenarios.night.promise import Promise
from tests.scenarios.night.site import Outlet, Site
from tests.scenarios.night.truth import Transaction

SHORT_S, LONG_S = 1.2, 4.5
"""A server's life after it serves: half of them end before its chargers are all back."""

DIES_STARTING = 0.15
"""The share of servers that are killed before they serve."""


@dataclass
class Reign:
    """The kills of a night and what was seen between them."""

    site: Site
    office: Office
    kills: int
    killed_serving: int = 0
    killed_starting: int = 0
    serving_after_s: list[float] = field(default_factory=list)
    integrity_checks: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    _typical_start_s: float = 1.0

    async def run(self) -> None:
        """Kill so many times; afterwards the server serves."""
        await self.site.pause(1, 2)
        for _ in range(self.kills):
            self.site.server.kill()
            self.site.serving.clear()
            self.killed_serving += 1
            while self.killed_serving + self.killed_starting < self.kills and await self._dies_starting():
                self.killed_starting += 1
            await self._restart()
            if self.killed_serving + self.killed_starting >= self.kills:
                break
            await self._reign()

    async def _dies_starting(self) -> bool:
        await self._stay_dead()
        if self.site.rng.random() >= DIES_STARTING:
            return False
        self.site.server.start()
        await asyncio.sleep(self.site.rng.uniform(0, self._typical_start_s))
        self.site.server.kill()
        return True

    async def _stay_dead(self) -> None:
        rng = self.site.rng
        await asyncio.sleep(rng.uniform(1, 3) if rng.random() < 0.15 else rng.uniform(0, 0.3))

    async def _restart(self) -> None:
        began = time.monotonic()
        self.site.server.start()
        await asyncio.to_thread(self.site.server.wait_until_ready)
        self._typical_start_s = time.monotonic() - began
        self.serving_after_s.append(self._typical_start_s)
        self.site.serving.set()
        await asyncio.to_thread(self._check_integrity)

    async def _reign(self) -> None:
        rng = self.site.rng
        lives_s = rng.uniform(0, SHORT_S) if rng.random() < 0.5 else rng.uniform(SHORT_S, LONG_S)
        lives_s *= min(max(1.0, self._typical_start_s), 3.0)  # on a machine that does much else at a time
        inspection = asyncio.create_task(self.inspect(), name="inspection")
        await asyncio.sleep(lives_s)
        if not inspection.done():
            inspection.cancel()
        await asyncio.gather(inspection, return_exceptions=True)
        if not inspection.cancelled() and (error := inspection.exception()) is not None:
            raise error

    # -- what must be as it was ----------------------------------------------------------------

    def _check_integrity(self) -> None:
        connection = sqlite3.connect(f"file:{self.site.server.database}?mode=ro", uri=True, timeout=10)
        try:
            found = connection.execute("PRAGMA integrity_check").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
        finally:
            connection.close()
        self.integrity_checks += 1
        if found != [("ok",)] or strays:
            self.site.broken(f"the database is damaged after {self.killed_serving} kills: {found} {strays}")

    async def inspect(self) -> None:
        """Compare what the API shows with what it has promised."""
        try:
            async with self.office.turn:
                self._check_cards(await self.site.api.items("/api/cards"))
            for outlet in self.site.outlets:
                async with outlet.turn:
                    running, acknowledged_wh = self._acknowledged(outlet)
                    shown = await self.site.api.get(f"/api/chargers/{outlet.charger}")
                    self._check_settings(outlet, shown)
                    await self._check_pause(outlet, shown)
                    if running is not None and self._acknowledged(outlet)[0] is running:
                        self._check_energy(outlet, running, acknowledged_wh, shown["session"])
        except httpx.TransportError:
            return  # killed while it was asked

    def _check_cards(self, cards: list[Any]) -> None:
        there: dict[str, CardFacts] = {card["id_tag"]: (card["label"], card["blocked"]) for card in cards}
        for tag, promise in self.office.cards.items():
            self._check(f"card {tag}", promise, there.get(tag))

    def _check(self, what: str, promise: Promise[Any], shown: object) -> None:
        self.checked["settings"] += 1
        if not promise.allows(shown):
            self.site.broken(
                f"{what} is {shown!r}; {promise.confirmed!r} was confirmed, {promise.uncertain} unknown"
            )
        promise.kept(shown)

    def _check_settings(self, outlet: Outlet, shown: dict[str, Any]) -> None:
        name = outlet.charger
        self._check(f"{name}: allowed current", outlet.allowed, shown["allowed_current_a"])
        self._check(f"{name}: plug and charge", outlet.plug_and_charge, shown["plug_and_charge"])
        self._check(f"{name}: name", outlet.name, shown["name"])
        self._check(f"{name}: priority", outlet.priority, shown["priority"])
        limit = shown["limit"]
        if limit["confirmed_a"] == limit["current_a"] == shown["allowed_current_a"]:
            outlet.allowance.settle(shown["allowed_current_a"], time.time())

    async def _check_pause(self, outlet: Outlet, shown: dict[str, Any]) -> None:
        ref = outlet.paused
        if ref is None or (await outlet.seen())["transaction_id"] != ref:
            return
        self.checked["pauses"] += 1
        paused = any(rung["detail"] == "paused" for rung in shown["limit"]["ladder"])
        if not paused and outlet.paused == ref:
            self.site.broken(f"{outlet.charger}: the pause of {ref} is forgotten")

    def _acknowledged(self, outlet: Outlet) -> tuple[Transaction | None, int]:
        """The transaction that runs and that the server has acknowledged, and up to which register."""
        self.site.truth.follow()
        running = self.site.truth.running(outlet.charger)
        if running is None or not running.is_start_acknowledged:
            return None, 0
        return running, running.acknowledged_wh

    def _check_energy(self, outlet: Outlet, running: Transaction, acknowledged_wh: int, session: Any) -> None:
        """No acknowledged meter value may be missing from the session that is shown."""
        self.checked["open sessions"] += 1
        if session is None:
            self.site.broken(f"{outlet.charger}: the acknowledged transaction {running.ref} is not there")
            return
        reached_wh = session["meter_start_wh"] + session["energy_wh"]
        if reached_wh < acknowledged_wh:
            self.site.broken(
                f"{outlet.charger}: {running.ref} stands at {reached_wh:g} Wh, {acknowledged_wh} acknowledged"
            )
