"""`chargedeck discover`: which devices there are on the network; adds and changes nothing."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from chargedeck import settings
from chargedeck.chargers.lektrico.discovery import Discovery
from chargedeck.chargers.lektrico.units import asked_at
from chargedeck.cli.options import Config, DataDir
from chargedeck.hub.background import Background
from chargedeck.hub.local_devices import Found
from chargedeck.settings import Network


def command(
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="How long to listen.")] = 5.0,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Listen for devices that announce themselves, and ask each what it is."""
    options = {"data_dir": None if data_dir is None else str(data_dir)}
    networks = settings.load(config=config, options=options).device_networks
    found = asyncio.run(_found(networks, seconds))
    if not found:
        typer.echo("Nothing has announced itself. Devices in another network are added by their address.")
        return
    table = Table("Address", "What", "Serial", "Firmware", "State", show_edge=False)
    for one in found:
        table.add_row(*_row(one))
    Console().print(table)


async def _found(networks: Sequence[Network], seconds: float) -> Sequence[Found]:
    tasks = Background()
    discovery = Discovery(lambda address: asked_at(address, networks), tasks)
    try:
        if discovery.want():
            await asyncio.sleep(seconds)
        return discovery.found
    finally:
        await tasks.aclose()


def _row(found: Found) -> tuple[str, str, str, str, str]:
    identity = found.identity
    state = found.detail or ("good" if identity is not None else "has not answered yet")
    if identity is None:
        return found.address, "?", "?", "?", state
    return found.address, identity.model or "?", identity.serial or "?", identity.firmware or "?", state
