"""`chargedeck serve`: the server.

In plain click, where the other commands are typer's: what typer needs to read a command line
takes eight megabytes and a fifth of a second, for as long as the server runs.
"""

import asyncio
from functools import partial
from pathlib import Path

import click
import uvloop

from chargedeck import settings
from chargedeck.program import run


@click.command("serve")
@click.option("--host", help="Where the app and the API listen.")
@click.option("--port", type=int, help="Their port; 0 takes any free one.")
@click.option("--ocpp-host", help="Where chargers call.")
@click.option("--ocpp-port", type=int, help="Their port; 0 takes any free one.")
@click.option("--data-dir", help="Where the data lies.")
@click.option(
    "--config", type=click.Path(path_type=Path), help="Another settings file than the data directory's."
)
def command(config: Path | None, **options: str | int | None) -> None:
    """Run the server until it is told to stop."""
    load = partial(settings.load, config=config, options=options)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(load))
