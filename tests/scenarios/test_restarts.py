"""What people were promised before the server died, at a charger that noticed it and one that did not."""

import asyncio
from pathlib import Path

from tests.scenarios.place import Place
from tests.support.api import api_client
from tests.support.server import running_server
from tests.support.simulator import simulator


async def test_starts_pauses_and_sessions_outlive_the_server(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        async with api_client(server.url, server.token()) as api:
            passwords = {name: await api.add_device(name) for name in ("waiting", "paused", "charging")}
            options = ("--speed", "5", "--reconnect-max", "0.5")
            async with simulator(server.ocpp_url, dict(passwords), *options) as simulated:
                waiting, paused, charging = (Place(api, simulated, name) for name in passwords)
                await asyncio.gather(*(one.ready() for one in (waiting, paused, charging)))
                await asyncio.gather(paused.charging(), charging.charging())
                await paused.order("pause")
                before = await charging.shows()
                # A start without a cable is confirmed, too: it waits for it.
                assert (await waiting.order("start"))["status_reason"] == "vehicle"
                server.kill()
                await waiting.do("plug")
                assert (await waiting.outlet())["transaction"], "the charger begins what it was told to"
                server.start()
                await asyncio.to_thread(server.wait_until_ready)
                shown = await waiting.shows(lambda one: one["status"] == "charging")
                assert shown["session"]["authorized_by"] == {"kind": "remote", "label": "scenario"}
                shown = await charging.shows(lambda one: one["status"] == "charging")
                assert shown["session"]["id"] == before["session"]["id"]
                assert shown["session"]["energy_wh"] >= before["session"]["energy_wh"]
                shown = await paused.shows(lambda one: one["limit"]["confirmed_a"] == 0)
                assert (shown["status"], shown["status_reason"]) == ("paused", "user")
                assert (await paused.outlet())["offered_a"] == 0
                await paused.order("resume")
                await paused.shows(lambda one: one["status"] == "charging")
