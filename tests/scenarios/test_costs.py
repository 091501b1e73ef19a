"""What charging costs, from the chargers' own sockets to the history, through the death of the server."""

import asyncio
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from tests.scenarios.place import Place
from tests.support.api import Api, api_client
from tests.support.lektrico import emulator
from tests.support.server import running_server
from tests.support.simulator import simulator

TRI = "3p22k_500006"
PRICE = "123.45"
"""For a kilowatt-hour: so dear that every watt-hour shows."""

TARIFF = {"currency": "EUR", "energy": {"kind": "fixed", "price_per_kwh": PRICE}}


def of(energy_wh: float) -> str:
    """What so much energy costs, to the cent."""
    exact = Decimal(repr(energy_wh)) * Decimal(PRICE) / 1000
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def has_cost(charger: dict[str, Any]) -> bool:
    session = charger["session"]
    return session is not None and session["cost"] is not None and Decimal(session["cost"]["amount"]) > 1


async def ended(api: Api, session_id: str) -> dict[str, Any]:
    """The session, once it has been priced."""
    path = f"/api/sessions/{session_id}"
    found: dict[str, Any] = await api.until(path, lambda one: one["ended_at"] and one["cost"], 20)
    return found


async def test_sessions_of_both_protocols_cost_what_their_registers_say(tmp_path: Path) -> None:
    with running_server(tmp_path, device_networks="127.0.0.0/8") as server:
        async with api_client(server.url, server.token()) as api:
            await api.put("/api/stations/home/tariff", {"terms": TARIFF, "valid_from": "2020-01-01"})
            passwords = {"garage": await api.add_device("garage")}
            options = ("--speed", "5", "--reconnect-max", "0.5")
            kinds = ("--type", "3p22k", "--no-mdns", "--install-current", "16")
            async with (
                simulator(server.ocpp_url, dict(passwords), *options) as simulated,
                emulator(*kinds) as lektrico,
            ):
                garage = Place(api, simulated, "garage")
                await garage.ready()
                draft = {"driver": "lektrico", "id": "tri", "address": lektrico.addresses[TRI]}
                await api.post("/api/devices", draft)
                await lektrico.do(do="plug", charger=TRI)
                await garage.charging()
                before = {name: await api.charger(name, has_cost, 60) for name in ("garage", "tri")}
                server.kill()
                server.start()
                await asyncio.to_thread(server.wait_until_ready)
                for name, shown in before.items():
                    known = shown["session"]
                    again = await api.charger(name, has_cost, 60)
                    assert again["session"]["id"] == known["id"]
                    told, was = (Decimal(one["cost"]["amount"]) for one in (again["session"], known))
                    assert told >= was, "what it had cost before is not forgotten"
                for name, shown in before.items():
                    await api.post(f"/api/chargers/{name}/stop")
                    session = await ended(api, shown["session"]["id"])
                    assert session["cost"] == {"amount": of(session["energy_wh"]), "currency": "EUR"}
                    cost = await api.get(f"/api/sessions/{session['id']}/cost")
                    assert cost["total"] == session["cost"]
                    assert sum(row["energy_wh"] for row in cost["rows"]) == session["energy_wh"]
