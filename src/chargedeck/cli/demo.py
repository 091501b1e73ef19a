"""`chargedeck demo`: the server on loopback, and a simulated home that calls it like any other.

The server is a process of its own and is told nothing of the demo but where the simulator's panel
is; the account, the card and the devices are made the way an owner would make them.
"""

import asyncio
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.panel import Panel

from chargedeck.cli.bookkeeping import with_people_at
from chargedeck.cli.demo_past import hand_over_quarters, past
from chargedeck.cli.http import HttpApi, HttpProblem
from chargedeck.domain.problems import ChargeDeckError
from chargedeck.hub.people import People
from chargedeck.hub.records import Role
from chargedeck.hub.users import NewUser
from chargedeck.settings import PRIVATE_NETWORKS
from chargedeck.simulator.home import BLUE_CARD, CARPORT, GARAGE, GREEN_CARD, MAIN_METER, Home
from chargedeck.simulator.past import Past

EMAIL = "demo@chargedeck.example"
LOOPBACK = "127.0.0.1"
STATION = "home"
BREAKER_A = 63
"""Enough for both cars at once, so that the first look shows no overload."""

OCPP_RATE = 500
"""The garage has months to hand over, and somebody waits for the first look."""

TARIFF = {
    "valid_from": "2024-01-01",
    "terms": {
        "currency": "EUR",
        "energy": {
            "kind": "time_of_use",
            "price_per_kwh": "0.168",
            "bands": [
                {"price_per_kwh": "0.094", "start": "22:00", "end": "06:00"},
                {"price_per_kwh": "0.118", "days": ["sat", "sun"]},
                {"price_per_kwh": "0.226", "start": "17:00", "end": "20:00"},
            ],
        },
        "grid_fee": {"kind": "fixed", "price_per_kwh": "0.072"},
        "fees": [{"name": "Levies", "per_kwh": "0.018"}],
        "taxes": [{"name": "VAT", "ratio": "0.19"}],
        "feed_in": {"kind": "fixed", "price_per_kwh": "0.079"},
    },
}
"""Cheap nights, dear evenings, and what is sold brings less than what is bought costs."""

PANELS = {"latitude_deg": 44.43, "longitude_deg": 26.1, "planes": [{"peak_w": 6500}]}

READY_S = 30.0
T = TypeVar("T")
DRIVERS = {BLUE_CARD: "Ana", GREEN_CARD: "Mihai"}
"""Who holds which card."""

NEIGHBOURS = {CARPORT.name: "Carport", MAIN_METER.name: "Main meter"}
"""The LEKTRI.CO devices beside the garage, and what the app calls them."""


class DemoError(ChargeDeckError):
    """The demo's server did not come up."""

    code = "demo_failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the demo runs."""

    port: int
    ocpp_port: int
    panel_port: int
    data_dir: Path

    @property
    def address(self) -> str:
        """Where the app is."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The server's settings: loopback only, whatever the shell has set for a real one."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CHARGEDECK_")}
        return kept | {
            "CHARGEDECK_HOST": LOOPBACK,
            "CHARGEDECK_PORT": str(self.port),
            "CHARGEDECK_OCPP_HOST": LOOPBACK,
            "CHARGEDECK_OCPP_PORT": str(self.ocpp_port),
            "CHARGEDECK_OCPP_RATE": str(OCPP_RATE),
            "CHARGEDECK_DEVICE_NETWORKS": ",".join(map(str, (*PRIVATE_NETWORKS, f"{LOOPBACK}/32"))),
            "CHARGEDECK_DATA_DIR": str(self.data_dir),
            "CHARGEDECK_SIMULATOR_URL": f"http://{LOOPBACK}:{self.panel_port}",
        }


def command(
    port: Annotated[int, typer.Option(help="Where the app and the API listen.")] = 8080,
    ocpp_port: Annotated[int, typer.Option(help="Where the simulated chargers call.")] = 9000,
    panel_port: Annotated[int, typer.Option(help="Where the simulator listens to the demo panel.")] = 8081,
    data_dir: Annotated[Path | None, typer.Option(help="Keep the data here; else it is thrown away.")] = None,
) -> None:
    """Run the server with a simulated home beside it, until Ctrl-C."""
    with tempfile.TemporaryDirectory(prefix="chargedeck-demo-") as scratch:
        plan = Plan(port, ocpp_port, panel_port, data_dir or Path(scratch))
        try:
            asyncio.run(_demo(plan))
        except (KeyboardInterrupt, asyncio.CancelledError):
            typer.echo("The demo has ended.")


async def _demo(plan: Plan) -> None:
    demo = asyncio.current_task()
    if demo is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, demo.cancel)
    password = f"demo-{secrets.token_hex(4)}"
    database = f"sqlite:///{plan.data_dir / 'chargedeck.db'}"
    token_id, token = await with_people_at(database, lambda people: _people(people, password))
    async with _server(plan) as server:
        api = HttpApi(plan.address, token)
        await _ready(api, server)
        device_password, moved_in = await _furnish(api)
        home = Home(
            f"ws://{LOOPBACK}:{plan.ocpp_port}/ocpp",
            {GARAGE.point_id: device_password},
            plan.data_dir / "simulated",
            (await _past(api)).visits if moved_in else (),
        )
        async with _alive(home.run(plan.panel_port, plan.address)) as living, _alive(server.wait()) as ended:
            if await _is_up(home, living, ended):
                await _add_neighbours(api, home)
                await _measure_the_sun(api, home)
                await api.delete(f"/api/tokens/{token_id}")
                Console().print(_welcome(plan, password))
                await asyncio.wait({living, ended}, return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()


@asynccontextmanager
async def _alive(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """Let something run as long as the block does."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _is_up(home: Home, living: asyncio.Task[None], ended: asyncio.Task[int]) -> bool:
    """Wait until the home's devices can be reached; False: something ended before."""
    ready = asyncio.create_task(home.ready.wait(), name="home-ready")
    await asyncio.wait({ready, living, ended}, return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    return home.ready.is_set()


async def _people(people: People, password: str) -> tuple[str, str]:
    """The demo's account with a new password, and a token (id, secret) to set the home up with."""
    user = await people.users.by_email(EMAIL)
    if user is None:
        await people.users.add(NewUser(EMAIL, password, Role.OWNER, "Demo", "Owner"), by="demo")
    else:
        await people.users.set_password(user.id, password, by="demo")
    token, secret = await people.tokens.create("Demo", Role.OWNER, None, by=None)
    return token.id, secret


@asynccontextmanager
async def _server(plan: Plan) -> AsyncIterator[asyncio.subprocess.Process]:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "chargedeck", "serve", env=plan.environment
    )
    try:
        yield server
    finally:
        if server.returncode is None:
            server.send_signal(signal.SIGTERM)
            await server.wait()


async def _ready(api: HttpApi, server: asyncio.subprocess.Process) -> None:
    """Wait until the server serves; what kept it from doing so it has said itself."""
    try:
        async with asyncio.timeout(READY_S):
            while not await api.answers("/readyz"):
                if server.returncode is not None:
                    raise DemoError("the server did not start; see above for the reason")
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise DemoError(f"the server was not ready within {READY_S:g} s") from error


async def _past(api: HttpApi) -> Past:
    """Three months before today."""
    lived = past()
    await hand_over_quarters(api, STATION, lived.quarters)
    return lived


async def _furnish(api: HttpApi) -> tuple[str, bool]:
    """Cards and the OCPP charger, once; answers the charger's password, and whether it is new."""
    is_new = True
    try:
        for card, name in DRIVERS.items():
            driver = {"email": f"{name.lower()}@chargedeck.example", "role": Role.DRIVER, "first_name": name}
            user = await api.post("/api/users", driver)
            holder = user["id"]
            await api.post("/api/cards", {"id_tag": card.id_tag, "label": card.label, "user_id": holder})
        made = await api.post(
            "/api/devices",
            {"id": GARAGE.point_id, "name": "Garage", "driver": "ocpp16", "installation_current_a": 32},
        )
        await api.patch(f"/api/stations/{STATION}/balancing", {"breaker_rating_a": BREAKER_A})
        await api.put(f"/api/stations/{STATION}/tariff", TARIFF)
    except HttpProblem as problem:
        if problem.status != 409:
            raise
        made = {"ocpp": await api.post(f"/api/devices/{GARAGE.point_id}/password", {})}
        is_new = False
    return str(made["ocpp"]["password"]), is_new


async def _add_neighbours(api: HttpApi, home: Home) -> None:
    """The LEKTRI.CO devices by their addresses; those of an earlier run have moved."""
    for name, address in home.addresses.items():
        body = {"driver": "lektrico", "id": name, "name": NEIGHBOURS[name], "address": address}
        try:
            await api.post("/api/devices", body)
        except HttpProblem as problem:
            if problem.status != 409:
                raise
            await api.patch(f"/api/devices/{name}", {"address": address})


async def _measure_the_sun(api: HttpApi, home: Home) -> None:
    """The Shelly at the panels, which has moved since an earlier run, and where the panels are."""
    path, address = f"/api/stations/{STATION}", home.sun_meter.address
    known = (await api.get(f"{path}/meters"))["items"]
    if known:
        await api.patch(f"/api/meters/{known[0]['id']}", {"address": address})
        return
    await api.post(
        f"{path}/meters", {"kind": "shelly", "source": "solar", "name": "Roof", "address": address}
    )
    await api.put(f"{path}/solar", PANELS)


def _welcome(plan: Plan, password: str) -> Panel:
    return Panel(
        f"Open    [bold link={plan.address}]{plan.address}[/]\n"
        f"E-mail  [bold]{EMAIL}[/]\n"
        f"Login   [bold]{password}[/]\n\n"
        "Cars are charging in the garage and in the carport. Ctrl-C ends the demo.",
        title="ChargeDeck demo",
        expand=False,
    )
