"""`chargedeck charger`: see and drive the chargers of a running server."""

import asyncio
from typing import Annotated, Any

import typer
from rich.console import Console

from chargedeck.cli.chargers_table import chargers_table
from chargedeck.cli.http import HttpApi
from chargedeck.cli.options import Config, DataDir
from chargedeck.cli.remote import Server, Where, reached
from chargedeck.hub.records import Role

app = typer.Typer(help="See and drive the chargers of a running server.", no_args_is_help=True)

Charger = Annotated[str, typer.Argument(help="The charger's id, as the list shows it.")]


@app.command("list")
def list_(server: Server = None, data_dir: DataDir = None, config: Config = None) -> None:
    """Show every charger: status, power, session, and what limits it."""
    with reached(Where(server, data_dir, config), Role.VIEWER) as api:
        Console().print(chargers_table(asyncio.run(_all(api))))


@app.command()
def start(charger: Charger, server: Server = None, data_dir: DataDir = None, config: Config = None) -> None:
    """Start charging; returns when the charger has confirmed."""
    _ordered(Where(server, data_dir, config), "POST", f"{charger}/start", {})


@app.command()
def stop(charger: Charger, server: Server = None, data_dir: DataDir = None, config: Config = None) -> None:
    """Stop charging; returns when the charger has confirmed."""
    _ordered(Where(server, data_dir, config), "POST", f"{charger}/stop", {})


@app.command()
def limit(
    charger: Charger,
    current_a: Annotated[int, typer.Argument(help="The allowed current in amperes.", min=1, max=1000)],
    server: Server = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Set the allowed current; returns when the charger has confirmed."""
    where = Where(server, data_dir, config)
    _ordered(where, "PUT", f"{charger}/allowed-current", {"current_a": current_a})


def _ordered(where: Where, method: str, path: str, body: dict[str, Any]) -> None:
    with reached(where, Role.OPERATOR) as api:
        Console().print(chargers_table([asyncio.run(api.order(method, f"/api/chargers/{path}", body))]))


async def _all(api: HttpApi) -> list[Any]:
    found: list[Any] = []
    cursor = ""
    while True:
        page = await api.get(f"/api/chargers?limit=200{cursor}")
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"
