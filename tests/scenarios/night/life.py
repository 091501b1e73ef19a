"""What happens at one outlet in a night: cars come and go, people change their minds, things break."""

import asyncio
import time
from typing import Any

from tests.scenarios.night.office import Office
from tests.scenarios.night.promise import Promise
from tests.scenarios.night.site import Outlet, Site

BEGIN_S = 6.0
"""How long a driver waits for the charger to begin, in real time."""

FAULTS = ("overcurrent", "device_hot", "residual_current", "car_error")

Seen = dict[str, Any]


class Life:
    """One outlet's night."""

    def __init__(self, site: Site, outlet: Outlet, office: Office) -> None:
        self._site = site
        self._outlet = outlet
        self._office = office
        self._rng = site.rng
        self._card = ""

    async def run(self) -> None:
        """Live until the night is over, then leave an empty outlet with its network."""
        ways = (self._plug_and_charge, self._by_card, self._by_app, self._while_cut_off, self._by_wrong_card)
        doings = (
            *(self._change_current,) * 5,
            *(self._hold,) * 3,
            *(self._cut_off,) * 2,
            self._change_car,
            self._fault,
            self._restart,
            self._ask_too_much,
        )
        while not self._site.over.is_set():
            await self._set_clock()
            await self._rng.choice(ways)()
            for _ in range(self._rng.randint(1, 4)):
                await self._site.pause(0.1, 1.5)
                await self._rng.choice(doings)()
            await self._leave()
            await self._site.pause(0.1, 1.0)

    # -- the beginning -------------------------------------------------------------------------

    async def _plug_and_charge(self) -> None:
        await self._set(self._outlet.plug_and_charge, "plug_and_charge", True)
        await self._plug()
        await self._until_begun()

    async def _by_card(self) -> None:
        if self._rng.random() < 0.5:
            await self._set(self._outlet.plug_and_charge, "plug_and_charge", False)
        await self._plug()
        await self._swipe(self._rng.choice(self._office.good_cards))
        await self._until_begun()

    async def _by_app(self) -> None:
        await self._set(self._outlet.plug_and_charge, "plug_and_charge", False)
        await self._plug()
        word = self._rng.choice(("authorize", "start"))
        for _ in range(5):
            done, _ = await self._order(word)
            if done:
                return
            await self._site.pause(0.3, 0.6)

    async def _while_cut_off(self) -> None:
        """Known here from before, so that the charger begins without asking."""
        await self._outlet.do("cut")
        await self._plug()
        await self._swipe(self._rng.choice(self._office.good_cards))
        await self._site.pause(0.5, 3)
        if self._rng.random() < 0.4:
            await self._leave()
        await self._outlet.do("restore")

    async def _by_wrong_card(self) -> None:
        await self._plug()
        await self._swipe(self._rng.choice((self._office.doubtful_card, "04DEADBEEF")))
        await self._site.pause(0.2, 1)

    async def _plug(self) -> None:
        phases = 3 if "watt-only" in self._outlet.build.quirks else self._rng.choice((1, 3, 3))
        await self._outlet.do(
            "plug",
            phases=phases,
            max_current_a=self._rng.choice((10, 16, 32)),
            soc_ratio=self._rng.choice((0.1, 0.5, 0.95)),
            battery_wh=self._rng.choice((8_000, 60_000)),
        )

    async def _swipe(self, card: str) -> None:
        self._card = card
        await self._outlet.do("swipe", id_tag=card)

    async def _until_begun(self) -> None:
        deadline = time.monotonic() + BEGIN_S
        while time.monotonic() < deadline and not self._site.over.is_set():
            if (await self._seen())["transaction"]:
                return
            await asyncio.sleep(0.1)

    async def _set_clock(self) -> None:
        """The charger's clock: ahead of the server's, as fast time makes it, or well behind it."""
        if self._outlet.connector == 1 and self._rng.random() < 0.4:
            behind_s = self._rng.choice((0, 3_600))
            ahead_s = self._site.truth.ahead_s(self._outlet.charger, time.time(), self._site.speed)
            await self._outlet.do("drift", seconds=-ahead_s - behind_s)

    # -- meanwhile -----------------------------------------------------------------------------

    async def _change_current(self) -> None:
        outlet = self._outlet
        amps = self._rng.randint(6, int(outlet.allowance.installation_a))
        async with outlet.turn:
            outlet.allowed.asked(amps)
            outlet.allowance.widen(amps, time.time())
            path = f"/api/chargers/{outlet.charger}/allowed-current"
            done, charger = await self._site.command("PUT", path, {"current_a": amps})
            if done:
                outlet.allowed.kept(amps)
                outlet.allowance.settle(amps, time.time())
                if charger["allowed_current_a"] != amps:
                    self._site.broken(f"{outlet.charger}: {amps} A were confirmed with another current")
            elif done is False:
                outlet.allowed.refused(amps)

    async def _ask_too_much(self) -> None:
        outlet = self._outlet
        amps = int(outlet.allowance.installation_a) + 1
        async with outlet.turn:
            path = f"/api/chargers/{outlet.charger}/allowed-current"
            done, _ = await self._site.command("PUT", path, {"current_a": amps})
            if done:
                self._site.broken(f"{outlet.charger}: {amps} A were allowed, one more than its installation")

    async def _hold(self) -> None:
        """Pause, and mostly resume."""
        outlet = self._outlet
        ref = (await self._seen())["transaction_id"]
        if ref is None:
            return
        if (await self._order("pause"))[0] and (await self._seen())["transaction_id"] == ref:
            outlet.paused = ref
            outlet.allowance.pause(time.time(), on=True)
        await self._site.pause(0.1, 2)
        if outlet.paused is not None and self._rng.random() < 0.7:
            self._unpaused()
            await self._order("resume")

    async def _cut_off(self) -> None:
        await self._outlet.do("cut")
        await self._site.pause(0.1, 2)
        await self._outlet.do("restore")

    async def _change_car(self) -> None:
        await self._outlet.do("car", max_current_a=self._rng.choice((8, 16, 32)))

    async def _fault(self) -> None:
        self._unpaused()
        await self._outlet.do("error", type=self._rng.choice(FAULTS))
        await self._site.pause(0.2, 1)
        await self._outlet.do("clear_error")

    async def _restart(self) -> None:
        """The device restarts; not one whose other outlet leads a life of its own."""
        if self._outlet.build.connectors == 1:
            self._unpaused()
            await self._outlet.do("reboot")

    # -- the end -------------------------------------------------------------------------------

    async def _leave(self) -> None:
        seen = await self._seen()
        if not seen["plugged"]:
            return
        self._unpaused()
        end = self._rng.choice(("stop", "swipe", "unplug", "unplug"))
        if end == "stop" and seen["transaction"]:
            ref = seen["transaction_id"]
            done, charger = await self._order("stop")
            is_over = done and charger["session"] is None  # else the device is still at it, and so it says
            if is_over and ref is not None and (await self._seen())["transaction_id"] == ref:
                self._site.broken(f"{self._outlet.charger}: {ref} runs on after a stop was confirmed")
        elif end == "swipe" and self._card:
            await self._outlet.do("swipe", id_tag=self._card)
            await self._site.pause(0.1, 0.4)
        self._unpaused()
        await self._outlet.do("unplug")

    def _unpaused(self) -> None:
        """Whatever comes next may end the pause, or the session and the pause with it."""
        if self._outlet.paused is not None:
            self._outlet.paused = None
            self._outlet.allowance.pause(time.time(), on=False)

    # -- tools ---------------------------------------------------------------------------------

    async def _seen(self) -> Seen:
        return await self._outlet.seen()

    async def _order(self, word: str) -> tuple[bool | None, Any]:
        async with self._outlet.turn:
            path = f"/api/chargers/{self._outlet.charger}/{word}"
            return await self._site.command("POST", path, {})

    async def _set(self, promise: Promise[bool], field: str, value: bool) -> None:
        async with self._outlet.turn:
            promise.asked(value)
            path = f"/api/chargers/{self._outlet.charger}"
            done, _ = await self._site.command("PATCH", path, {field: value})
            if done:
                promise.kept(value)
            elif done is False:
                promise.refused(value)
