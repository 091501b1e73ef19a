"""`chargedeck serve`: the server."""

import asyncio
from typing import Annotated

import typer
import uvloop

from chargedeck import settings
from chargedeck.app import run
from chargedeck.cli.options import Config, DataDir


def command(
    host: Annotated[str | None, typer.Option(help="Where the app and the API listen.")] = None,
    port: Annotated[int | None, typer.Option(help="Their port; 0 takes any free one.")] = None,
    ocpp_host: Annotated[str | None, typer.Option(help="Where chargers call.")] = None,
    ocpp_port: Annotated[int | None, typer.Option(help="Their port; 0 takes any free one.")] = None,
    data_dir: DataDir = None,
    config: Config = None,
) -> None:
    """Run the server until it is told to stop."""
    chosen = settings.load(
        config=config,
        options={
            "host": host,
            "port": port,
            "ocpp_host": ocpp_host,
            "ocpp_port": ocpp_port,
            "data_dir": None if data_dir is None else str(data_dir),
        },
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(chosen))
